#pragma once

#include "gallery/entry.h"
#include "gallery/index_database.h"
#include "gallery/picture_facts.h"

#include <QByteArray>
#include <QHash>

#include <memory>

namespace scalekv::gallery {

/// What the folder holds, in SQLite: only a faster way to know it. Whatever happens to it, it is made anew
/// from the folder. Several programs may use one at once. Everything here throws IndexError. Of one thread.
class Index {
public:
    /// Opens or makes it; one that is damaged, or of another version, is taken away first.
    explicit Index(const QString& file);

    /// Changes between these are seen by others, and last, together or not at all.
    void begin();
    void commit();
    void rollBack();

    /// Adds a picture, or what has become of it, by its path.
    void put(const PictureFacts& facts);
    void remove(const QString& path);
    /// Its files have other names now; `stamps`: theirs.
    void move(const QString& from, const QString& to);

    /// Of all pictures, by path.
    QHash<QString, PictureStamps> stamps();
    QVector<Entry> find(const Query& query);
    /// The entries of these pictures that are there.
    QVector<Entry> entries(const QVector<qint64>& ids);
    QStringList paths(const QVector<qint64>& ids);
    QStringList trashedPaths();
    Contents contents();
    /// Pictures without stars and tags, the oldest first, until so many bytes are together.
    QVector<Entry> leastMissed(qint64 bytes);

    /// Empty: not made yet.
    QByteArray thumbnail(qint64 id);
    void putThumbnail(qint64 id, const QByteArray& jpeg);

private:
    QVector<Entry> read(QSqlQuery query);
    QString filter(const Query& query, QVariantList& values);
    void putWords(qint64 id, const PictureFacts& facts);
    QStringList column(const QString& sql);

    std::unique_ptr<IndexDatabase> database_;
};

/// Ends a change that nobody ended.
class Change {
public:
    explicit Change(Index& index) : index_(index) { index_.begin(); }
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;
    void commit();

private:
    Index& index_;
    bool open_ = true;
};

} // namespace scalekv::gallery
