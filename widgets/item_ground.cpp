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

QColor itemText(const QStyleOptionViewItem& item) {
    const bool selected = item.state.testFlag(QStyle::State_Selected);
    return item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
}

QColor faintItemText(const QStyleOptionViewItem& item) {
    const bool selected = item.state.testFlag(QStyle::State_Selected);
    QColor faint = itemText(item);
    faint.setAlpha(selected ? 225 : 170); // the accent's ground swallows more
    return faint;
}

} // namespace scalekv::widgets
