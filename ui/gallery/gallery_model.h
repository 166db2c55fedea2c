#pragma once

#include "gallery/gallery.h"

#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <QTimer>

namespace scalekv::ui {

/// The pictures that were found, with their small pictures as these come. Holds what a list of ten thousand
/// needs, and no more small pictures than its bound.
class GalleryModel : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int kMostThumbnailBytes = 64 << 20;

    explicit GalleryModel(gallery::Gallery& gallery, QObject* parent = nullptr);

    /// What is found now. Where only some have come or gone, views keep their selection.
    void setEntries(const QVector<gallery::Entry>& entries);
    const gallery::Entry& entry(int row) const { return entries_.at(row); }
    /// Of all that is shown.
    qint64 bytes() const;
    /// Whether these are what is shown, with pictures that are newer than all of it.
    bool isGrown(const QVector<gallery::Entry>& entries) const;
    int rowOf(const QString& path) const; ///< −1: not here

    /// Null while it is on its way. `side`: the longer side wanted, in device pixels.
    QImage thumbnail(const gallery::Entry& entry, int side) const;
    bool isBroken(const gallery::Entry& entry) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    void mergeEntries(const QVector<gallery::Entry>& entries);
    void take(qint64 id, const QString& path, const QImage& image);
    void ask() const;

    gallery::Gallery& gallery_;
    QVector<gallery::Entry> entries_;
    mutable QCache<QString, QImage> thumbnails_; ///< by file and its time; cost in bytes
    mutable QVector<qint64> asked_;              ///< the newest last
    mutable QTimer ask_;
    mutable int side_ = 0;
};

/// "3 stars, ScaleKV 10 %, seed …": what stands below a picture's prompt.
QString entryDetails(const gallery::Entry& entry);
/// The prompt, or the file's name where there is none.
QString entryTitle(const gallery::Entry& entry);
/// "★★★"
QString starsText(int stars);
/// "snapkv" or "snapkv 10 %" in the user's words.
QString storedPolicyText(const QString& policy);

} // namespace scalekv::ui
