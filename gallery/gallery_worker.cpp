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
           QStringLiteral(".sqlite");
}

QString message(const std::exception& error) {
    return QString::fromUtf8(error.what());
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
    indexFile_ =
        indexFolder.isEmpty() ? QStringLiteral(":memory:") : QDir(indexFolder).filePath(indexName(folder));
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
            index_ = std::make_unique<Index>(QStringLiteral(":memory:")); // it will do until the program ends
        } catch (const IndexError& error) {
            Q_EMIT failed(tr("The gallery cannot be searched: %1").arg(message(error)));
        }
    }
}

/// Whether the work with the index was done. An index that has turned out to be damaged is made anew, and
/// the work done with what it knows so far; all is told again when it knows more.
bool GalleryWorker::guard(const std::function<void()>& work) {
    for (int attempt = 0; index_ && attempt < 2; ++attempt) {
        try {
            work();
            return true;
        } catch (const IndexError& error) {
            rescan_.start(kRescanAfter);
            changed();
            if (error.busy)
                return false;
            scan_.reset();
            index_.reset();
            removeDatabase(indexFile_);
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

/// Empty: done, or it is in the folder anyway; else why not.
QString GalleryWorker::bringIn(const QString& file) {
    const QString inside =
        QDir(QFileInfo(folder_).canonicalFilePath()).relativeFilePath(QFileInfo(file).canonicalFilePath());
    if (!inside.startsWith(QLatin1String("../")) && !inside.startsWith(QLatin1Char('/')))
        return {};
    const auto bytesOf = [](const QString& path) {
        QFile from(path);
        if (!from.open(QIODevice::ReadOnly))
            throw Error("Cannot read " + nativePath(path) + ": " + from.errorString().toStdString() + ".");
        return from.readAll().toStdString();
    };
    try {
        readPngHead(nativePath(file)); // it is one
        const std::string png = bytesOf(file);
        for (;;) {
            const QString name = freeName(folder_, QFileInfo(file).fileName());
            const QString to = QDir(folder_).filePath(name);
            if (isThere(runPath(file)) && !createFile(nativePath(runPath(to)), bytesOf(runPath(file))))
                continue;
            if (!createFile(nativePath(to), png))
                continue;
            if (isThere(marksPath(file)))
                createFile(nativePath(marksPath(to)), bytesOf(marksPath(file)));
            putInIndex(name);
            return {};
        }
    } catch (const std::exception& error) {
        return message(error);
    }
}

void GalleryWorker::bringIn(const QStringList& files) {
    QStringList refused;
    for (const QString& file : files) {
        if (const QString why = bringIn(file); !why.isEmpty())
            refused += why;
    }
    Q_EMIT broughtIn(static_cast<int>(files.size() - refused.size()), refused);
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
    QImage image;
    const bool done = guard([&] {
        if (const QByteArray bytes = index_->thumbnail(id); !bytes.isEmpty()) {
            image = thumbnailOf(bytes);
            return;
        }
        const QStringList paths = index_->paths({id});
        if (paths.isEmpty())
            return;
        image = makeThumbnail(QDir(folder_).filePath(paths.front()));
        if (!image.isNull())
            index_->putThumbnail(id, thumbnailBytes(image));
    });
    if (done)
        Q_EMIT thumbnailReady(id, image);
    if (!wanted_.isEmpty())
        thumbnailStep_.start(0ms);
}

// ---- Marks, and the trash

/// Gives these pictures other marks; returns those they had.
QVector<GalleryWorker::Marked> GalleryWorker::markAll(const QVector<Marked>& wanted) {
    QVector<Marked> had;
    for (const Marked& each : wanted) {
        const QString picture = QDir(folder_).filePath(each.path);
        const Marks before = readMarks(picture);
        if (before == each.before || !isThere(picture))
            continue;
        try {
            writeMarks(picture, each.before);
        } catch (const std::exception& error) {
            Q_EMIT failed(tr("Stars and tags were not written. %1").arg(message(error)));
            break;
        }
        had += {each.path, before};
        putInIndex(each.path);
    }
    return had;
}

void GalleryWorker::changeMarks(quint64 ticket, const QStringList& paths, const MarksChange& change) {
    QVector<Marked> wanted;
    for (const QString& path : paths) {
        Marks marks = readMarks(QDir(folder_).filePath(path));
        marks.stars = change.stars.value_or(marks.stars);
        for (const QString& text : change.addTags) {
            if (const QString tag = cleanTag(text); !tag.isEmpty() && !marks.tags.contains(tag))
                marks.tags += tag;
        }
        for (const QString& tag : change.removeTags)
            marks.tags.removeAll(tag);
        wanted += {path, marks};
    }
    marks_.insert(ticket, markAll(wanted));
}

/// Moves them between folder and trash, whichever they are not in; returns how to get them back.
QVector<GalleryWorker::Moved> GalleryWorker::moveAll(quint64 ticket, const QVector<Moved>& wanted) {
    QVector<Moved> done;
    for (const Moved& each : wanted) {
        try {
            const QString now =
                isTrashed(each.from) ? moveBack(folder_, each.from) : moveToTrash(folder_, each.from);
            if (now.isEmpty())
                continue;
            done += {now, each.from};
            guard([&] {
                Change change(*index_);
                index_->move(each.from, now);
                change.commit();
            });
        } catch (const std::exception& error) {
            Q_EMIT failed(message(error));
            break;
        }
    }
    changed();
    QStringList from, to;
    for (const Moved& each : done) {
        from += each.to;
        to += each.from;
    }
    Q_EMIT moved(ticket, from, to);
    return done;
}

void GalleryWorker::move(quint64 ticket, const QStringList& paths) {
    QVector<Moved> wanted;
    for (const QString& path : paths)
        wanted += {path, {}};
    moves_.insert(ticket, moveAll(ticket, wanted));
}

void GalleryWorker::turnBack(quint64 ticket) {
    if (const auto moves = moves_.find(ticket); moves != moves_.end())
        *moves = moveAll(ticket, *moves);
    if (const auto marks = marks_.find(ticket); marks != marks_.end())
        *marks = markAll(*marks);
}

void GalleryWorker::forget(quint64 ticket) {
    moves_.remove(ticket);
    marks_.remove(ticket);
}

void GalleryWorker::emptyTrash() {
    QStringList paths;
    guard([&] { paths = index_->trashedPaths(); });
    for (const QString& path : paths) {
        try {
            deleteForever(folder_, path);
        } catch (const std::exception& error) {
            Q_EMIT failed(message(error));
            break;
        }
        guard([&] {
            Change change(*index_);
            index_->remove(path);
            change.commit();
        });
    }
    removeEmptyTrash(folder_);
    changed();
}

} // namespace scalekv::gallery
