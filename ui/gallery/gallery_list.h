#pragma once

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

protected:
    void startDrag(Qt::DropActions actions) override;

private:
    GalleryModel& model_;
    std::function<QMimeData*()> dragged_;
};

} // namespace scalekv::ui
