#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace scalekv::widgets {

/// A line above the work that tells of a problem without taking the keyboard away, with at most one thing to
/// do about it. Stays until closed or replaced.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Info, Warning, Error };

    explicit MessageBar(QWidget* parent = nullptr);

    void showMessage(Kind kind, const QString& text);
    void showMessage(Kind kind, const QString& text, const QString& actionText, std::function<void()> action);
    QString text() const;
    Kind kind() const { return kind_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* icon_;
    QLabel* text_;
    QPushButton* action_;
    std::function<void()> run_;
    Kind kind_ = Kind::Info;
};

} // namespace scalekv::widgets
