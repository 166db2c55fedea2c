#pragma once

#include "gallery/entry.h"
#include "gallery/index.h"
#include "gallery/keep.h"
#include "gallery/scan.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QImage>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>

namespace scalekv::gallery {

/// Gallery's other half, on a thread of its own: all that touches the disk or the index. Its functions are
/// called on that thread, in the order in which they were asked for; scanning and thumbnails go on in small
/// steps between them.
class GalleryWorker : public QObject {
    Q_OBJECT
public:
    explicit GalleryWorker(const std::atomic<bool>& stop);
    ~GalleryWorker() override;

    void open(const QString& folder, const QString& indexFolder, bool create);
    void rescan();
    void keep(quint64 ticket, const std::function<NewPicture()>& make, qint64 mostRunBytes);
    void bringIn(const QStringList& files);
    void find(quint64 ticket, const Query& query);
    void findLeastMissed(quint64 ticket, qint64 bytes);
    void wantThumbnails(const QVector<qint64>& ids);
    void changeMarks(quint64 ticket, const QStringList& paths, MarksChange change);
    /// To the trash, or, from there, back.
    void move(quint64 ticket, const QStringList& paths);
    /// Undoes, and then does again, what was done under this ticket; forgets how to.
    void turnBack(quint64 ticket);
    void forget(quint64 ticket);
    /// For good; those that are in the trash by then.
    void deleteTrashed(const QStringList& paths);
    void emptyTrash();

Q_SIGNALS:
    void kept(quint64 ticket, const QString& path);
    void keepFailed(quint64 ticket, const QString& message);
    void found(quint64 ticket, const QVector<scalekv::gallery::Entry>& entries);
    /// `path`: whose it is; ids begin anew with an index that is made anew.
    void thumbnailReady(qint64 id, const QString& path, const QImage& image);
    void contentsChanged(const scalekv::gallery::Contents& contents);
    void moved(quint64 ticket, const QStringList& from, const QStringList& to);
    void broughtIn(int copied, int already, const QStringList& refused);
    void scanProgress(int read, int total);
    void scanFinished(int broken, int unreadable);
    /// The folder cannot be read; empty: it can again.
    void folderTrouble(const QString& message);
    /// Something that was asked for could not be done.
    void failed(const QString& message);

private:
    /// What was done with a picture; at first it still has to be.
    struct Moved {
        QString path; ///< where it is now
        bool toTrash;
        bool undone = true;
    };
    struct Marked {
        QString path;
        MarksChange change;         ///< what is to be done next: this, or what takes it back
        std::optional<int> ifStars; ///< its stars change only if they are these
        bool undone = true;
    };
    template <typename Item>
    struct Turns {
        QVector<Item> items;
        bool undone = true;
    };

    bool guard(const std::function<void()>& work);
    void openIndex();
    void startScan();
    void goOnScanning();
    void makeNextThumbnail();
    void changed();
    void tellContents();
    void watch(const QStringList& folders);
    void putInIndex(const QString& path);
    template <typename Item, typename Turn>
    void turnAll(Turns<Item>& turns, bool undone, const QString& problem, Turn turn);
    void moveAll(quint64 ticket, bool undone);
    void markAll(Turns<Marked>& marks, bool undone);
    void rename(const QString& from, const QString& to);
    bool bringIn(const QString& file);

    const std::atomic<bool>& stop_;
    QString folder_, indexFile_;
    bool inTrouble_ = false;
    std::unique_ptr<Index> index_;
    std::unique_ptr<Scan> scan_;
    QVector<qint64> wanted_; ///< thumbnails, the most wanted last
    QHash<quint64, Turns<Moved>> moves_;
    QHash<quint64, Turns<Marked>> marks_;
    QTimer scanStep_, thumbnailStep_, tell_, rescan_, lookForFolder_;
    QFileSystemWatcher* watcher_ = nullptr; ///< made on the worker's thread
};

} // namespace scalekv::gallery
