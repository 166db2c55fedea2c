#pragma once

#include <QElapsedTimer>
#include <QListView>

namespace scalekv::ui {

class GalleryModel;

/// The tiles. What is dragged out of it are the files.
class GalleryList : public QListView {
    Q_OBJECT
public:
    GalleryList(GalleryModel& model, std::function<QMimeData*()> dragged, QWidget* parent);

    /// Ascending; without a selection the current row.
    QVector<int> selectedRows() const;
    /// Whether somebody is pointing at a tile: it should not slide away.
    bool isPointedAt() const;

protected:
    bool viewportEvent(QEvent* event) override;
    void startDrag(Qt::DropActions actions) override;

private:
    GalleryModel& model_;
    std::function<QMimeData*()> dragged_;
    QElapsedTimer sincePointer_; ///< it moved, pressed or turned
};

} // namespace scalekv::ui
