#include "widgets/filmstrip_model.h"

#include "widgets/thumbnail.h"

namespace scalekv::widgets {

void FilmstripModel::setThumbnailSize(QSize box, qreal devicePixelRatio) {
    if (box == box_ && qFuzzyCompare(devicePixelRatio, devicePixelRatio_))
        return;
    box_ = box;
    devicePixelRatio_ = devicePixelRatio;
    for (int row = 0; row < frames_.size(); ++row)
        thumbnails_[row] = thumbnail(frames_[row].picture, box_, devicePixelRatio_);
    if (!frames_.isEmpty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(frames_.size()) - 1));
}

void FilmstripModel::setFrames(const QVector<FilmFrame>& frames) {
    beginResetModel();
    frames_ = frames;
    thumbnails_.clear();
    for (const FilmFrame& frame : frames_)
        thumbnails_ += thumbnail(frame.picture, box_, devicePixelRatio_);
    endResetModel();
}

void FilmstripModel::setPicture(int row, const QImage& picture, const QString& toolTip) {
    frames_[row].picture = picture;
    frames_[row].toolTip = toolTip;
    thumbnails_[row] = thumbnail(picture, box_, devicePixelRatio_);
    Q_EMIT dataChanged(index(row), index(row));
}

int FilmstripModel::newest() const {
    for (int row = static_cast<int>(frames_.size()) - 1; row >= 0; --row) {
        if (!frames_[row].picture.isNull())
            return row;
    }
    return -1;
}

int FilmstripModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(frames_.size());
}

QVariant FilmstripModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= frames_.size())
        return {};
    const FilmFrame& frame = frames_[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return frame.label;
    case Qt::ToolTipRole:
        return frame.toolTip;
    case Thumbnail:
        return thumbnails_[index.row()];
    case HasPicture:
        return !frame.picture.isNull();
    default:
        return {};
    }
}

Qt::ItemFlags FilmstripModel::flags(const QModelIndex& index) const {
    if (!index.isValid() || frames_[index.row()].picture.isNull())
        return Qt::NoItemFlags; // arrows skip what is not there yet
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

} // namespace scalekv::widgets
