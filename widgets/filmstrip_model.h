#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QVector>

namespace scalekv::widgets {

/// One place of a filmstrip.
struct FilmFrame {
    QString label;   ///< under the thumbnail, e.g. "5/10  8×8"
    QString toolTip; ///< may be empty
    QImage picture;  ///< null: not there yet
};

/// Frames of a picture that becomes sharper: all places are known from the start, pictures come one by one.
class FilmstripModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { Thumbnail = Qt::UserRole, HasPicture };

    using QAbstractListModel::QAbstractListModel;

    void setThumbnailSize(QSize box, qreal devicePixelRatio);
    QSize thumbnailSize() const { return box_; }

    void setFrames(const QVector<FilmFrame>& frames);
    void setPicture(int row, const QImage& picture, const QString& toolTip);
    const FilmFrame& frame(int row) const { return frames_.at(row); }
    /// The last row that has a picture, −1 if none.
    int newest() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    QVector<FilmFrame> frames_;
    QVector<QImage> thumbnails_;
    QSize box_{72, 72};
    qreal devicePixelRatio_ = 1;
};

} // namespace scalekv::widgets
