#pragma once

#include "gallery/entry.h"
#include "gallery/keep.h"

#include <QImage>
#include <QObject>
#include <QThread>

#include <atomic>
#include <functional>

namespace scalekv::gallery {

class GalleryWorker;

/// A folder in which every picture is kept, with an index over it. The face of it on the window's thread:
/// everything is asked for here and answered by a signal; nothing waits for the disk.
///
/// Several programs may use a folder at once. Whoever asks gets a ticket, and knows the answer by it.
class Gallery : public QObject {
    Q_OBJECT
public:
    /// `indexFolder`: where indices are kept, one a gallery; empty: in memory, for this time.
    explicit Gallery(QString indexFolder, QObject* parent = nullptr);
    /// Finishes what is to be kept, written or moved.
    ~Gallery() override;

    /// Opens a folder instead of the one that was open. `create`: makes it where it is not there.
    void open(const QString& folder, bool create);
    const QString& folder() const { return folder_; }
    /// The path of one of its files, as the entries name it.
    QString filePath(const QString& path) const;
    const Contents& contents() const { return contents_; }
    /// Why the folder cannot be read; empty: it can.
    const QString& trouble() const { return trouble_; }

    /// What others may have done in the folder. Only needed where the system does not say it (network disks).
    void rescan();
    /// Keeps a picture: kept or keepFailed. `make` is called on another thread.
    quint64 keep(std::function<NewPicture()> make);
    /// A run file is no larger.
    void setMostRunBytes(qint64 bytes) { mostRunBytes_ = bytes; }
    /// Copies PNGs into the folder, with run and marks: broughtIn.
    void bringIn(const QStringList& files);

    /// Ends with found.
    quint64 find(const Query& query);
    /// Pictures without stars and tags that together have so many bytes, the oldest: found.
    quint64 findLeastMissed(qint64 bytes);
    /// Of these, and of no others that were asked for before; the last first. thumbnailReady for each.
    void wantThumbnails(const QVector<qint64>& ids);

    // These can be undone, and done again, with turnBack().
    quint64 changeMarks(const QStringList& paths, const MarksChange& change);
    /// To the trash, or, from there, back: moved.
    quint64 move(const QStringList& paths);
    void turnBack(quint64 ticket);
    /// It will not be turned back.
    void forget(quint64 ticket);

    // For good.
    void deleteTrashed(const QStringList& paths);
    void emptyTrash();

Q_SIGNALS:
    void opened(const QString& folder);
    void kept(quint64 ticket, const QString& path);
    void keepFailed(quint64 ticket, const QString& message);
    void found(quint64 ticket, const QVector<scalekv::gallery::Entry>& entries);
    /// `path`: whose it is; ids begin anew with an index that is made anew.
    void thumbnailReady(qint64 id, const QString& path, const QImage& image);
    /// Pictures have come, gone or changed.
    void contentsChanged(const scalekv::gallery::Contents& contents);
    void moved(quint64 ticket, const QStringList& from, const QStringList& to);
    /// `already`: that were in the folder.
    void broughtIn(int copied, int already, const QStringList& refused);
    void scanProgress(int read, int total);
    void scanFinished(int broken, int unreadable);
    void folderTrouble(const QString& message);
    void failed(const QString& message);

private:
    template <typename Work>
    void post(Work work);
    quint64 nextTicket() { return ++ticket_; }

    QString indexFolder_, folder_, trouble_;
    Contents contents_;
    qint64 mostRunBytes_ = kMostRunFileBytes;
    quint64 ticket_ = 0;
    std::atomic<bool> stop_ = false;
    QThread thread_;
    GalleryWorker* worker_; ///< lives on thread_, deleted when it ends
};

} // namespace scalekv::gallery
