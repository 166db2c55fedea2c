#include "widgets/column_scroll_area.h"

#include <QApplication>
#include <QEvent>
#include <QScrollBar>

namespace scalekv::widgets {

ColumnScrollArea::ColumnScrollArea(QWidget* contents, QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // Tab would stop here without a sign of it
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(contents); // Qt filters its events from here on
    connect(qApp, &QApplication::focusChanged, this, &ColumnScrollArea::noteFocus,
            Qt::QueuedConnection); // once it was scrolled to
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &ColumnScrollArea::noteFocus);
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

/// Looks whether the field that is typed into is wholly in sight: who scrolls it away is left alone.
void ColumnScrollArea::noteFocus() {
    QWidget* field = QApplication::focusWidget();
    const bool inSight =
        field && widget()->isAncestorOf(field) &&
        viewport()->rect().contains(QRect(field->mapTo(viewport(), QPoint()), field->size()));
    field_ = inSight ? field : nullptr;
}

void ColumnScrollArea::showWholly(QWidget* field) {
    if (!widget()->isAncestorOf(field))
        return;
    // ensureWidgetVisible() would be content with its cursor.
    const QPoint middle = field->mapTo(widget(), field->rect().center());
    ensureVisible(middle.x(), middle.y(), 0, field->height() / 2 + 1);
}

void ColumnScrollArea::keepInSight() {
    if (field_ && field_ == QApplication::focusWidget())
        showWholly(field_);
}

bool ColumnScrollArea::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest) {
        updateGeometry(); // the contents may need another width now
        QMetaObject::invokeMethod(this, &ColumnScrollArea::keepInSight,
                                  Qt::QueuedConnection); // when everything has found its place
    }
    return QScrollArea::eventFilter(watched, event);
}

void ColumnScrollArea::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    keepInSight();
}

} // namespace scalekv::widgets
