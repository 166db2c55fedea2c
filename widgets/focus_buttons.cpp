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

} // namespace

void FocusToolButton::paintEvent(QPaintEvent* event) {
    QToolButton::paintEvent(event);
    constexpr qreal kAtTheEdge = 1;
    paintFocus(this, kAtTheEdge);
}

void FocusPushButton::paintEvent(QPaintEvent* event) {
    QPushButton::paintEvent(event);
    constexpr qreal kWithinTheFrame = 4;
    paintFocus(this, kWithinTheFrame);
}

} // namespace scalekv::widgets
