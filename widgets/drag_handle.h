#pragma once

#include <QImage>
#include <QPoint>
#include <QToolButton>

#include <functional>

class QMimeData;

namespace scalekv::widgets {

/// Makes what a drag carries. Called when the drag begins; the caller owns the result. Null: no drag.
using DragDataFactory = std::function<QMimeData*()>;

/// Runs a copy drag of `factory`'s data with `picture` under the pointer; returns when it was dropped or
/// given up.
void dragPicture(QWidget* source, const QImage& picture, const DragDataFactory& factory);

/// A button to drag a picture from, for those who do not guess that the picture itself can be dragged.
class DragHandle : public QToolButton {
    Q_OBJECT
public:
    explicit DragHandle(QWidget* parent = nullptr);

    void setDragData(std::function<QImage()> picture, DragDataFactory factory);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QPoint pressed_;
    std::function<QImage()> picture_;
    DragDataFactory factory_;
};

} // namespace scalekv::widgets
