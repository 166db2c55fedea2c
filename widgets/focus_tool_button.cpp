#include "widgets/focus_tool_button.h"

#include <QPainter>

namespace scalekv::widgets {

void FocusToolButton::paintEvent(QPaintEvent* event) {
    QToolButton::paintEvent(event);
    if (!hasFocus())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr qreal kWidth = 1.5;
    painter.setPen(QPen(palette().color(QPalette::Highlight), kWidth));
    constexpr qreal kInside = 1;
    painter.drawRoundedRect(QRectF(rect()).adjusted(kInside, kInside, -kInside, -kInside), 2, 2);
}

} // namespace scalekv::widgets
