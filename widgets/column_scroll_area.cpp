#include "widgets/column_scroll_area.h"

#include <QApplication>
#include <QEvent>
#include <QPointer>
#include <QResizeEvent>
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

/// The field that has the focus, if it is one of the contents and wholly in sight in a viewport of this size;
/// else null.
QWidget* ColumnScrollArea::focusInSight(QSize viewport) const {
    QWidget* field = QApplication::focusWidget();
    if (!field || !widget()->isAncestorOf(field))
        return nullptr;
    const QRect place(field->mapTo(this->viewport(), QPoint()), field->size());
    return QRect(QPoint(), viewport).contains(place) ? field : nullptr;
}

bool ColumnScrollArea::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest) {
        updateGeometry(); // the contents may need another width now
        if (QWidget* field = focusInSight(viewport()->size()))
            QMetaObject::invokeMethod( // when everything has found its place
                this,
                [this, shown = QPointer<QWidget>(field)] {
                    if (shown)
                        ensureWidgetVisible(shown, 0, 0);
                },
                Qt::QueuedConnection);
    }
    return QScrollArea::eventFilter(watched, event);
}

void ColumnScrollArea::resizeEvent(QResizeEvent* event) {
    QWidget* field = focusInSight(event->oldSize());
    QScrollArea::resizeEvent(event);
    if (field)
        ensureWidgetVisible(field, 0, 0);
}

} // namespace scalekv::widgets
