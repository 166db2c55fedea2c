#include "gallery/gallery_worker.h"

#include "gallery/marks.h"
#include "gallery/move_files.h"
#include "gallery/picture_name.h"
#include "gallery/thumbnails.h"
#include "gallery/trash.h"
#include "scalekv/error.h"
#include "scalekv/png_head.h"
#include "scalekv/write_file.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <chrono>

namespace scalekv::gallery {
namespace {

using namespace std::chrono_literals;

constexpr QLatin1String kInMemory(":memory:");
constexpr auto kTellAfter = 200ms;      // what changes within is told at once
constexpr auto kRescanAfter = 1s;       // somebody else is at work in the folder
constexpr auto kLookForFolder = 2s;     // one that has vanished
constexpr qsizetype kMostWatched = 500; // folders; the system has a bound of its own
constexpr auto kUnfinishedAge = 60s;    // who still writes there is told that it failed, and tries again

/// Two galleries never have one, and a gallery has the same by whatever path it is opened.
QString indexName(const QString& folder) {
    const QString canonical = QFileInfo(folder).canonicalFilePath();
    const QString path = canonical.isEmpty() ? QDir::cleanPath(folder) : canonical;
    return QString::fromLatin1(QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex()) +
           QStringLiteral("-%1.sqlite").arg(kIndexVersion);
}

QString message(const std::exception& error) {
    return QString::fromUtf8(error.what());
}

std::string bytesOf(const QString& path) {
    QFile file(path);
    const bool open = file.open(QIODevice::ReadOnly);
    const qint64 size = file.size();
    std::string bytes = open ? file.readAll().toStdString() : std::string();
    if (!open || file.error() != QFileDevice::NoError || qint64(bytes.size()) != size)
        throw Error("Cannot read " + nativePath(path) + ": " +
                    (open && file.error() == QFileDevice::NoError ? "it is being written"
                                                                  : file.errorString().toStdString()) +
                    ".");
    return bytes;
}

} // namespace

GalleryWorker::GalleryWorker(const std::atomic<bool>& stop)
    : stop_(stop), scanStep_(this), thumbnailStep_(this), tell_(this), rescan_(this), lookForFolder_(this) {
    for (QTimer* timer : {&scanStep_, &thumbnailStep_, &tell_, &rescan_})
        timer->setSingleShot(true);
    tell_.setInterval(kTellAfter);
    lookForFolder_.setInterval(kLookForFolder);
    connect(&scanStep_, &QTimer::timeout, this, &GalleryWorker::goOnScanning);
    connect(&thumbnailStep_, &QTimer::timeout, this, &GalleryWorker::makeNextThumbnail);
    connect(&tell_, &QTimer::timeout, this, &GalleryWorker::tellContents);
    connect(&rescan_, &QTimer::timeout, this, &GalleryWorker::startScan);
    connect(&lookForFolder_, &QTimer::timeout, this, [this] {
        if (QFileInfo(folder_).isReadable())
            startScan();
    });
}

GalleryWorker::~GalleryWorker() = default;

// ---- Folder and index

void GalleryWorker::open(const QString& folder, const QString& indexFolder, bool create) {
    folder_ = folder;
    inTrouble_ = false;
    scan_.reset();
    wanted_.clear();
    moves_.clear();
    marks_.clear();
    if (create)
        QDir().mkpath(folder);
    indexFile_ = indexFolder.isEmpty() ? QString(kInMemory) : QDir(indexFolder).filePath(indexName(folder));
    if (!watcher_) {
        watcher_ = new QFileSystemWatcher(this);
        const auto later = [this] {
            if (!rescan_.isActive())
                rescan_.start(kRescanAfter);
        };
        connect(watcher_, &QFileSystemWatcher::directoryChanged, this, later);
    }
    openIndex();
    tellContents(); // what it knew last is there at once
    startScan();
}

void GalleryWorker::openIndex() {
    index_.reset();
    try {
        index_ = std::make_unique<Index>(indexFile_);
    } catch (const IndexError&) {
        try {
            index_ = std::make_unique<Index>(kInMemory); // it will do until the program ends
        } catch (const IndexError& error) {
            Q_EMIT failed(tr("The gallery cannot be searched: %1").arg(message(error)));
        }
    }
}

/// Whether the work with the index was done. An index that has turned out to be damaged is made anew, in
/// memory where its disk is full, and the work done with what it knows so far; all is told again when it
/// knows more.
bool GalleryWorker::guard(const std::function<void()>& work) {
    for (int attempt = 0; index_ && attempt < 2; ++attempt) {
        try {
            work();
            return true;
        } catch (const IndexError& error) {
            rescan_.start(kRescanAfter);
            changed();
            if (error.kind == IndexError::Kind::Busy)
                return false;
            scan_.reset();
            index_.reset();
            if (error.kind == IndexError::Kind::Damaged)
                removeDatabase(indexFile_);
            else
                indexFile_ = kInMemory; // until the program ends
            openIndex();
        }
    }
    return false;
}

void GalleryWorker::rescan() {
    rescan_.stop();
    scan_.reset(); // it may have passed by what has changed
    startScan();
}

void GalleryWorker::startScan() {
    if (scan_) { // what has changed since it began is seen afterwards
        rescan_.start(kRescanAfter);
        return;
    }
    const bool wasInTrouble = inTrouble_;
    try {
        const bool begun = guard([this] { scan_ = std::make_unique<Scan>(folder_, *index_, stop_); });
        inTrouble_ = false;
        lookForFolder_.stop();
        if (wasInTrouble)
            Q_EMIT folderTrouble({});
        if (!begun)
            return;
    } catch (const Error& error) {
        inTrouble_ = true;
        lookForFolder_.start();
        if (!wasInTrouble)
            Q_EMIT folderTrouble(message(error));
        return;
    }
    for (const QString& folder : scan_->folders())
        removeUnfinished(nativePath(folder), kUnfinishedAge);
    watch(scan_->folders());
    if (scan_->hasChanged())
        changed();
    scanStep_.start(0ms);
}

void GalleryWorker::goOnScanning() {
    if (!scan_)
        return;
    if (stop_)
        return scan_.reset();
    if (!guard([this] {
            if (scan_) // else the index is another, and will be filled by another scan
                scan_->step();
        }) ||
        !scan_)
        return scan_.reset();
    if (scan_->hasChanged())
        changed();
    if (!scan_->isDone()) {
        Q_EMIT scanProgress(scan_->read(), scan_->total());
        return scanStep_.start(0ms);
    }
    if (scan_->isUnfinished() && !rescan_.isActive())
        rescan_.start(kLookForFolder);
    Q_EMIT scanFinished(scan_->broken(), scan_->unreadable());
    scan_.reset();
}

void GalleryWorker::watch(const QStringList& folders) {
    const QStringList now = folders.mid(0, kMostWatched), before = watcher_->directories();
    QStringList gone;
    for (const QString& folder : before) {
        if (!now.contains(folder))
            gone += folder;
    }
    if (!gone.isEmpty())
        watcher_->removePaths(gone);
    QStringList added;
    for (const QString& folder : now) {
        if (!before.contains(folder))
            added += folder;
    }
    if (!added.isEmpty())
        watcher_->addPaths(added);
}

void GalleryWorker::changed() {
    if (!tell_.isActive())
        tell_.start();
}

void GalleryWorker::tellContents() {
    guard([this] { Q_EMIT contentsChanged(index_->contents()); });
}

void GalleryWorker::putInIndex(const QString& path) {
    guard([&] {
        const PictureFacts facts = readFacts(folder_, path, stampsOf(folder_, path));
        if (facts.unread)
            return;
        Change change(*index_);
        index_->put(facts);
        change.commit();
    });
    changed();
}

// ---- Keeping

void GalleryWorker::keep(quint64 ticket, const std::function<NewPicture()>& make, qint64 mostRunBytes) {
    try {
        const QString path = keepPicture(folder_, make(), mostRunBytes);
        putInIndex(path);
        Q_EMIT kept(ticket, path);
    } catch (const std::bad_alloc&) {
        Q_EMIT keepFailed(ticket, tr("There is not enough memory to write it."));
    } catch (const std::exception& error) {
        Q_EMIT keepFailed(ticket, message(error));
        rescan_.start(kRescanAfter); // it may be the folder, which then is looked for until it is back
    }
}

/// Copies a file and what belongs to it, unless it is in the folder already: then false. Throws Error.
bool GalleryWorker::bringIn(const QString& file) {
    const QString folder = QFileInfo(folder_).canonicalFilePath(), from = QFileInfo(file).canonicalFilePath();
    checkFolder(folder_);
    if (from.isEmpty())
        throw Error(nativePath(file) + " is not there.");
    if (from.startsWith(folder.endsWith(QLatin1Char('/')) ? folder : folder + QLatin1Char('/')))
        return false;
    readPngHead(nativePath(file)); // it is one
    PictureFiles files{bytesOf(file)};
    if (isRunFile(nativePath(runPath(file))))
        files.run = bytesOf(runPath(file));
    if (isThere(marksPath(file)))
        files.marks = bytesOf(marksPath(file));
    putInIndex(keepFiles(folder_, QFileInfo(file).fileName(), files));
    return true;
}

void GalleryWorker::bringIn(const QStringList& files) {
    int copied = 0, already = 0;
    QStringList refused;
    for (const QString& file : files) {
        try {
            ++(bringIn(file) ? copied : already);
        } catch (const std::bad_alloc&) {
            refused += tr("There is not enough memory to read %1.").arg(file);
        } catch (const std::exception& error) {
            refused += message(error);
        }
    }
    Q_EMIT broughtIn(copied, already, refused);
}

// ---- Questions

void GalleryWorker::find(quint64 ticket, const Query& query) {
    guard([&] { Q_EMIT found(ticket, index_->find(query)); });
}

void GalleryWorker::findLeastMissed(quint64 ticket, qint64 bytes) {
    guard([&] { Q_EMIT found(ticket, index_->leastMissed(bytes)); });
}

void GalleryWorker::wantThumbnails(const QVector<qint64>& ids) {
    wanted_ = ids;
    thumbnailStep_.start(0ms);
}

void GalleryWorker::makeNextThumbnail() {
    if (wanted_.isEmpty() || stop_)
        return;
    const qint64 id = wanted_.takeLast();
    QString path;
    QImage image;
    const bool done = guard([&] {
        const QStringList paths = index_->paths({id});
        if (paths.isEmpty())
            return;
        path = paths.front();
        if (const QByteArray bytes = index_->thumbnail(id); !bytes.isEmpty()) {
            image = thumbnailOf(bytes);
            return;
        }
        image = makeThumbnail(QDir(folder_).filePath(path));
        if (!image.isNull())
            index_->putThumbnail(id, thumbnailBytes(image));
    });
    if (done)
        Q_EMIT thumbnailReady(id, path, image);
    if (!wanted_.isEmpty())
        thumbnailStep_.start(0ms);
}

// ---- Marks, and the trash

/// Calls `turn` with each of the items that are not yet as `undone` says; those with which it fails stay as
/// they are, and may go another time. Says so once.
template <typename Item, typename Turn>
void GalleryWorker::turnAll(Turns<Item>& turns, bool undone, const QString& problem, Turn turn) {
    QString why;
    turns.undone = undone;
    for (Item& item : turns.items) {
        try {
            if (item.undone != undone && turn(item))
                item.undone = undone;
        } catch (const std::exception& error) {
            if (why.isEmpty())
                why = message(error);
        }
    }
    if (!why.isEmpty())
        Q_EMIT failed(problem.arg(why));
}

void GalleryWorker::markAll(Turns<Marked>& marks, bool undone) {
    turnAll(marks, undone, tr("Stars and tags were not written. %1"), [this](Marked& each) {
        const QString picture = QDir(folder_).filePath(each.path);
        if (!isThere(picture))
            return false;
        const Marks before = marksToChange(picture);
        Marks after = before;
        // What others have changed since stays.
        if (each.change.stars && (!each.ifStars || *each.ifStars == before.stars))
            after.stars = *each.change.stars;
        MarksChange back;
        if (after.stars != before.stars)
            back.stars = before.stars;
        for (const QString& tag : each.change.removeTags) {
            if (after.tags.removeAll(tag) > 0)
                back.addTags += tag;
        }
        for (const QString& tag : each.change.addTags) {
            if (!after.tags.contains(tag)) {
                after.tags += tag;
                back.removeTags += tag;
            }
        }
        if (after != before) {
            writeMarks(picture, after);
            putInIndex(each.path);
        }
        each.change = back;
        each.ifStars = after.stars;
        return true;
    });
}

void GalleryWorker::changeMarks(quint64 ticket, const QStringList& paths, MarksChange change) {
    QStringList clean;
    for (const QString& text : change.addTags) {
        if (const QString tag = cleanTag(text); !tag.isEmpty())
            clean += tag;
    }
    change.addTags = clean;
    Turns<Marked>& marks = marks_[ticket];
    for (const QString& path : paths)
        marks.items += {path, change, {}};
    markAll(marks, false);
}

/// What is remembered of a picture goes with it.
void GalleryWorker::rename(const QString& from, const QString& to) {
    const auto renameIn = [&](auto& tickets) {
        for (auto& turns : tickets) {
            for (auto& item : turns.items) {
                if (item.path == from)
                    item.path = to;
            }
        }
    };
    renameIn(marks_);
    renameIn(moves_);
}

void GalleryWorker::moveAll(quint64 ticket, bool undone) {
    QStringList from, to;
    // Its own paths are renamed with all others.
    turnAll(moves_[ticket], undone, QStringLiteral("%1"), [&](const Moved& each) {
        const QString path = each.path;
        const bool toTrash = each.toTrash != undone;
        if (isTrashed(path) == toTrash)
            return true;
        const QString now = toTrash ? moveToTrash(folder_, path) : moveBack(folder_, path);
        if (now.isEmpty())
            return false;
        from += path;
        to += now;
        rename(path, now);
        guard([&] {
            Change change(*index_);
            index_->move(path, now);
            change.commit();
        });
        return true;
    });
    changed();
    Q_EMIT moved(ticket, from, to);
}

void GalleryWorker::move(quint64 ticket, const QStringList& paths) {
    for (const QString& path : paths)
        moves_[ticket].items += {path, !isTrashed(path)};
    moveAll(ticket, false);
}

void GalleryWorker::turnBack(quint64 ticket) {
    if (const auto moves = moves_.find(ticket); moves != moves_.end())
        moveAll(ticket, !moves->undone);
    if (const auto marks = marks_.find(ticket); marks != marks_.end())
        markAll(*marks, !marks->undone);
}

void GalleryWorker::forget(quint64 ticket) {
    moves_.remove(ticket);
    marks_.remove(ticket);
}

void GalleryWorker::deleteTrashed(const QStringList& paths) {
    QString why;
    for (const QString& path : paths) {
        if (!isTrashed(path))
            continue;
        try {
            deleteForever(folder_, path);
        } catch (const std::exception& error) {
            if (why.isEmpty())
                why = message(error);
            continue;
        }
        guard([&] {
            Change change(*index_);
            index_->remove(path);
            change.commit();
        });
    }
    removeEmptyTrash(folder_);
    changed();
    if (!why.isEmpty())
        Q_EMIT failed(why);
}

void GalleryWorker::emptyTrash() {
    QStringList paths;
    guard([&] { paths = index_->trashedPaths(); });
    deleteTrashed(paths);
    deleteOrphanedRuns(folder_);
    removeEmptyTrash(folder_);
}

} // namespace scalekv::gallery
