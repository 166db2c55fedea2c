#include "widgets/message_bar.h"

#include "widgets/icon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace scalekv::widgets {
namespace {

QColor tint(MessageBar::Kind kind) {
    switch (kind) {
    case MessageBar::Kind::Error:
        return {214, 62, 62};
    case MessageBar::Kind::Warning:
        return {217, 148, 32};
    case MessageBar::Kind::Info:
        break;
    }
    return {70, 124, 240};
}

QString iconName(MessageBar::Kind kind) {
    switch (kind) {
    case MessageBar::Kind::Error:
        return QStringLiteral("error");
    case MessageBar::Kind::Warning:
        return QStringLiteral("warning");
    case MessageBar::Kind::Info:
        break;
    }
    return QStringLiteral("info");
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), icon_(new QLabel(this)), text_(new QLabel(this)), action_(new QPushButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->setSpacing(8);
    layout->addWidget(icon_);
    layout->addWidget(text_, 1);
    layout->addWidget(action_);

    // Messages may quote file names and text of the engine: never read them as rich text.
    text_->setTextFormat(Qt::PlainText);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);

    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(close->toolTip());
    layout->addWidget(close);

    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(action_, &QPushButton::clicked, this, [this] {
        hide();
        if (run_)
            run_();
    });
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& text) {
    showMessage(kind, text, {}, {});
}

void MessageBar::showMessage(Kind kind, const QString& text, const QString& actionText,
                             std::function<void()> action) {
    kind_ = kind;
    text_->setText(text);
    setAccessibleName(text);
    icon_->setPixmap(icon(iconName(kind)).pixmap(QSize(20, 20), devicePixelRatioF()));
    run_ = std::move(action);
    action_->setText(actionText);
    action_->setVisible(!actionText.isEmpty());
    setVisible(true);
    update();
}

QString MessageBar::text() const {
    return text_->text();
}

void MessageBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor fill = tint(kind_);
    QColor line = fill;
    fill.setAlpha(40);
    line.setAlpha(150);
    painter.setBrush(fill);
    painter.setPen(line);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

} // namespace scalekv::widgets
