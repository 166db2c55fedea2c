#pragma once

#include <QStyleOptionViewItem>

class QPainter;

namespace scalekv::widgets {

/// What lies below an item that a delegate draws itself: the selection's or the hover's ground, and no text.
/// `item`: as the delegate's initStyleOption() has filled it.
void paintItemGround(QPainter* painter, QStyleOptionViewItem item);

} // namespace scalekv::widgets
