#pragma once

#include <QStyleOptionViewItem>

class QColor;
class QPainter;

namespace scalekv::widgets {

/// What lies below an item that a delegate draws itself: the selection's or the hover's ground, and no text.
/// `item`: as the delegate's initStyleOption() has filled it.
void paintItemGround(QPainter* painter, QStyleOptionViewItem item);

/// An item's text on that ground, and what stands beside it.
QColor itemText(const QStyleOptionViewItem& item);
QColor faintItemText(const QStyleOptionViewItem& item);

} // namespace scalekv::widgets
