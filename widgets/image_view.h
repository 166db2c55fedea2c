#pragma once

#include "widgets/drag_handle.h"
#include "widgets/picture_levels.h"
#include "widgets/picture_viewport.h"

#include <QWidget>

namespace scalekv::widgets {

/// Shows one picture with zoom and pan. All positions are in pixels of the *final* picture, whatever the size
/// of the picture that is shown: a preview of an early scale has fewer pixels and is spread over the final
/// size, so that the view stays where it is while the picture sharpens.
///
/// Wheel: zoom about the pointer. Left drag: pan where the picture is larger than the view, else drag the
/// picture out (Shift: always drag out). Double click: fit / 100 %. Keys: + − 0, arrows.
class ImageView : public QWidget {
    Q_OBJECT
public:
    explicit ImageView(QWidget* parent = nullptr);

    /// Keeps zoom and position if `finalSize` is that of the picture before; fits otherwise.
    void setPicture(const QImage& picture, QSize finalSize);
    void clear();
    bool isEmpty() const { return picture_.isEmpty(); }
    /// The picture as given, in its own size.
    QImage picture() const { return picture_.picture(); }
    QSize finalSize() const { return viewport_.pictureSize().toSize(); }

    /// What stands here while there is no picture: what to do.
    void setEmptyText(const QString& title, const QString& hint);
    void setDragData(DragDataFactory factory) { dragData_ = std::move(factory); }

    bool isFitted() const { return viewport_.isFitted(); }
    /// Screen pixels a pixel of the final picture, 1 = 100 %.
    double zoom() const { return viewport_.zoom(); }
    /// Left-dragging moves the picture (it is larger than the view).
    bool canPan() const { return viewport_.canPan(); }

    QPointF toPicture(QPointF widgetPosition) const { return viewport_.toPicture(widgetPosition); }
    QPointF toWidget(QPointF picturePosition) const { return viewport_.toView(picturePosition); }

    QSize sizeHint() const override { return {640, 640}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

public Q_SLOTS:
    void fit();
    void showActualSize();
    void zoomIn();
    void zoomOut();
    /// Zooms so that the picture's pixel under `anchor` (widget position) stays there.
    void zoomAbout(double factor, QPointF anchor);

Q_SIGNALS:
    void zoomChanged(double zoom);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void updateCursor();
    void paintEmpty(QPainter& painter) const;
    void viewChanged();

    PictureLevels picture_;
    PictureViewport viewport_;
    QString emptyTitle_, emptyHint_;
    DragDataFactory dragData_;
    QPointF pressed_, last_;
    bool panning_ = false, mayDragOut_ = false;
};

} // namespace scalekv::widgets
