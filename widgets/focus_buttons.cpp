#include "widgets/focus_buttons.h"

#include <QPainter>

namespace scalekv::widgets {
namespace {

void paintFocus(QWidget* button, qreal inside) {
    if (!button->hasFocus())
        return;
    QPainter painter(button);
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr qreal kWidth = 1.5;
    painter.setPen(QPen(button->palette().color(QPalette::Highlight), kWidth));
    painter.drawRoundedRect(QRectF(button->rect()).adjusted(inside, inside, -inside, -inside), 2, 2);
}

/// Fusion makes a checked button a little darker: in a dark theme nobody sees it.
void paintChecked(QToolButton* button) {
    if (!button->isChecked() || button->autoRaise())
        return;
    QPainter painter(button);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor tint = button->palette().color(QPalette::Highlight);
    painter.setPen(QPen(tint, 1));
    constexpr qreal kTint = 0.25;
    tint.setAlphaF(kTint);
    painter.setBrush(tint);
    painter.drawRoundedRect(QRectF(button->rect()).adjusted(1.5, 1.5, -1.5, -1.5), 2, 2);
}

} // namespace

void FocusToolButton::paintEvent(QPaintEvent* event) {
    QToolButton::paintEvent(event);
    paintChecked(this);
    constexpr qreal kAtTheEdge = 1;
    paintFocus(this, kAtTheEdge);
}

void FocusPushButton::paintEvent(QPaintEvent* event) {
    QPushButton::paintEvent(event);
    constexpr qreal kWithinTheFrame = 4;
    paintFocus(this, kWithinTheFrame);
}

} // namespace scalekv::widgets
