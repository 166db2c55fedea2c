#pragma once

#include <QStyledItemDelegate>

namespace scalekv::ui {

class GalleryModel;

/// A picture of the gallery as a tile: the picture, its prompt, its stars and policy.
class GalleryDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int kPictureSide = 160;

    GalleryDelegate(const GalleryModel& model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const GalleryModel& model_;
};

} // namespace scalekv::ui
