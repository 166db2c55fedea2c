#include "widgets/column_scroll_area.h"

#include <QEvent>
#include <QScrollBar>

namespace scalekv::widgets {

ColumnScrollArea::ColumnScrollArea(QWidget* contents, QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // Tab would stop here without a sign of it
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(contents); // Qt filters its events from here on
}

QSize ColumnScrollArea::minimumSizeHint() const {
    // Room for the scroll bar, shown or not: the width must not depend on the height.
    const int bar = verticalScrollBar()->sizeHint().width();
    return {widget()->minimumSizeHint().width() + bar, QScrollArea::minimumSizeHint().height()};
}

QSize ColumnScrollArea::sizeHint() const {
    const int bar = verticalScrollBar()->sizeHint().width();
    return widget()->sizeHint().expandedTo(widget()->minimumSizeHint()) + QSize(bar, 0);
}

bool ColumnScrollArea::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry(); // the contents may need another width now
    return QScrollArea::eventFilter(watched, event);
}

} // namespace scalekv::widgets
