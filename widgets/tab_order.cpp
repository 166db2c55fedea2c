#include "widgets/tab_order.h"

#include <QLayout>
#include <QScrollArea>
#include <QVector>
#include <QWidget>

namespace scalekv::widgets {
namespace {

void collect(QLayout* layout, QVector<QWidget*>& stops);

void collect(QWidget* widget, QVector<QWidget*>& stops) {
    if ((widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy())
        stops += widget;
    if (auto* area = qobject_cast<QScrollArea*>(widget)) {
        if (area->widget())
            collect(area->widget(), stops);
    } else if (widget->layout()) {
        collect(widget->layout(), stops);
    }
}

void collect(QLayout* layout, QVector<QWidget*>& stops) {
    for (int i = 0; i < layout->count(); ++i) {
        QLayoutItem* item = layout->itemAt(i);
        if (item->widget())
            collect(item->widget(), stops);
        else if (item->layout())
            collect(item->layout(), stops);
    }
}

} // namespace

void tabAsDrawn(QWidget* part) {
    QVector<QWidget*> stops;
    collect(part, stops);
    for (qsizetype i = 1; i < stops.size(); ++i)
        QWidget::setTabOrder(stops[i - 1], stops[i]);
}

} // namespace scalekv::widgets
