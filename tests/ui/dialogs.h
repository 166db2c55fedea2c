#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QMessageBox>
#include <QTest>
#include <QTimer>

#include <functional>
#include <memory>

/// Acts on the next modal dialog of a type, as soon as there is one: what opens it waits for its end. Lives
/// as long as the expectation does.
template <typename Dialog>
class WhenOpened {
public:
    explicit WhenOpened(std::function<void(Dialog&)> act) {
        QObject::connect(&look_, &QTimer::timeout, &look_, [this, act = std::move(act)] {
            auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
            if (!dialog || met_)
                return;
            met_ = true;
            look_.stop();
            act(*dialog);
        });
        look_.start(1);
    }
    /// Whether it was opened.
    bool met() const { return met_; }

private:
    QTimer look_;
    bool met_ = false;
};

/// Clicks the button of this text; a test fails where there is none.
inline void clickButton(QMessageBox& box, const QString& text) {
    for (QAbstractButton* button : box.buttons()) {
        if (button->text().remove(QLatin1Char('&')) == text)
            return button->click();
    }
    QFAIL(qPrintable("no button: " + text));
}
