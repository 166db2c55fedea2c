#include "widgets/drag_handle.h"

#include "widgets/icon.h"
#include "widgets/thumbnail.h"

#include <QApplication>
#include <QDrag>
#include <QMimeData>
#include <QMouseEvent>

namespace scalekv::widgets {

void dragPicture(QWidget* source, const QImage& picture, const DragDataFactory& factory) {
    QMimeData* data = factory ? factory() : nullptr;
    if (!data)
        return;
    auto* drag = new QDrag(source); // deletes itself and the data after the drop
    drag->setMimeData(data);
    const QImage small = thumbnail(picture, QSize(96, 96), source->devicePixelRatioF());
    drag->setPixmap(QPixmap::fromImage(small));
    drag->setHotSpot(QPoint(12, 12));
    drag->exec(Qt::CopyAction);
}

DragHandle::DragHandle(QWidget* parent) : QToolButton(parent) {
    setIcon(widgets::icon(QStringLiteral("drag-out")));
    setToolTip(tr("Drag from here to put the picture into another program or folder"));
    setAccessibleName(tr("Drag the picture out"));
    setAutoRaise(true);
    setCursor(Qt::OpenHandCursor);
}

void DragHandle::setDragData(std::function<QImage()> picture, DragDataFactory factory) {
    picture_ = std::move(picture);
    factory_ = std::move(factory);
}

void DragHandle::mousePressEvent(QMouseEvent* event) {
    pressed_ = event->position().toPoint();
    QToolButton::mousePressEvent(event);
}

void DragHandle::mouseMoveEvent(QMouseEvent* event) {
    const bool far =
        (event->position().toPoint() - pressed_).manhattanLength() >= QApplication::startDragDistance();
    if (!event->buttons().testFlag(Qt::LeftButton) || !far || !picture_)
        return;
    setDown(false);
    dragPicture(this, picture_(), factory_);
}

} // namespace scalekv::widgets
