#include "widgets/message_bar.h"

#include "widgets/icon.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <utility>

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
    : QFrame(parent), icon_(new QLabel(this)), text_(new QLabel(this)), button_(new QPushButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->setSpacing(8);
    layout->addWidget(icon_);
    layout->addWidget(text_, 1);
    layout->addWidget(button_);

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

    connect(close, &QToolButton::clicked, this, &MessageBar::closeMessage);
    connect(button_, &QPushButton::clicked, this, [this] {
        messages_.removeLast(); // what is done is about the newest
        if (messages_.isEmpty())
            hide();
        else
            fill();
        button_->hide();
        // What it does may show the next message.
        if (QAction* action = std::exchange(action_, nullptr)) {
            action->trigger();
            action->deleteLater();
        }
    });
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& subject, const QString& text) {
    constexpr qsizetype kMost = 3;
    dropAction();
    const bool stays = kind == Kind::Error;
    messages_.removeIf([&](const Message& standing) {
        return !stays || standing.kind != Kind::Error || standing.subject == subject;
    });
    messages_ += Message{kind, subject, text};
    messages_.remove(0, std::max<qsizetype>(0, messages_.size() - kMost));
    fill();
    show();
}

void MessageBar::fill() {
    QStringList lines;
    for (const Message& message : std::as_const(messages_))
        lines += message.text;
    text_->setText(lines.join(QLatin1Char('\n')));
    setAccessibleName(text_->text());
    kind_ = messages_.back().kind;
    drawIcon();
    update();
}

QAction* MessageBar::offer(const QString& text) {
    dropAction();
    action_ = new QAction(text, this);
    button_->setText(text);
    button_->show();
    return action_;
}

void MessageBar::withdraw(const QString& subject) {
    if (!messages_.isEmpty() && messages_.back().subject == subject)
        dropAction(); // it is about that one
    messages_.removeIf([&](const Message& message) { return message.subject == subject; });
    if (messages_.isEmpty())
        closeMessage();
    else
        fill();
}

void MessageBar::closeMessage() {
    hide();
    messages_.clear();
    dropAction();
}

void MessageBar::dropAction() {
    button_->hide();
    if (QAction* action = std::exchange(action_, nullptr))
        action->deleteLater(); // it may be what brought us here
}

void MessageBar::drawIcon() {
    icon_->setPixmap(icon(iconName(kind_)).pixmap(QSize(20, 20), devicePixelRatioF()));
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawIcon(); // a label keeps a pixmap in the colours of its time
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
