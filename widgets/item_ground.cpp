#include "widgets/item_ground.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

namespace scalekv::widgets {

void paintItemGround(QPainter* painter, QStyleOptionViewItem item) {
    item.text.clear();
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
}

} // namespace scalekv::widgets
