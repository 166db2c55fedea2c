#include "gallery/gallery.h"

#include "gallery/gallery_worker.h"

#include <QDir>

#include <utility>

namespace scalekv::gallery {
Gallery::Gallery(QString indexFolder, QObject* parent)
    : QObject(parent), indexFolder_(std::move(indexFolder)), worker_(new GalleryWorker(stop_)) {
    connect(worker_, &GalleryWorker::kept, this, &Gallery::kept);
    connect(worker_, &GalleryWorker::keepFailed, this, &Gallery::keepFailed);
    connect(worker_, &GalleryWorker::found, this, &Gallery::found);
    connect(worker_, &GalleryWorker::thumbnailReady, this, &Gallery::thumbnailReady);
    connect(worker_, &GalleryWorker::moved, this, &Gallery::moved);
    connect(worker_, &GalleryWorker::broughtIn, this, &Gallery::broughtIn);
    connect(worker_, &GalleryWorker::scanProgress, this, &Gallery::scanProgress);
    connect(worker_, &GalleryWorker::scanFinished, this, &Gallery::scanFinished);
    connect(worker_, &GalleryWorker::failed, this, &Gallery::failed);
    connect(worker_, &GalleryWorker::contentsChanged, this, [this](const Contents& contents) {
        contents_ = contents;
        Q_EMIT contentsChanged(contents);
    });
    connect(worker_, &GalleryWorker::folderTrouble, this, [this](const QString& message) {
        trouble_ = message;
        Q_EMIT folderTrouble(message);
    });
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName(QStringLiteral("gallery"));
    thread_.start(QThread::LowPriority);
}

Gallery::~Gallery() {
    stop_ = true; // of scans and thumbnails; what was asked for before is done
    post([thread = &thread_](GalleryWorker&) { thread->quit(); });
    thread_.wait();
}

template <typename Work>
void Gallery::post(Work work) {
    QMetaObject::invokeMethod(
        worker_, [worker = worker_, work = std::move(work)]() mutable { work(*worker); },
        Qt::QueuedConnection);
}

void Gallery::open(const QString& folder, bool create) {
    folder_ = QDir::cleanPath(folder);
    trouble_.clear();
    contents_ = {};
    post([folder = folder_, index = indexFolder_, create](GalleryWorker& worker) {
        worker.open(folder, index, create);
    });
    Q_EMIT opened(folder_);
}

QString Gallery::filePath(const QString& path) const {
    return QDir(folder_).filePath(path);
}

void Gallery::rescan() {
    post([](GalleryWorker& worker) { worker.rescan(); });
}

quint64 Gallery::keep(std::function<NewPicture()> make) {
    const quint64 ticket = nextTicket();
    post([ticket, make = std::move(make), most = mostRunBytes_](GalleryWorker& worker) {
        worker.keep(ticket, make, most);
    });
    return ticket;
}

void Gallery::bringIn(const QStringList& files) {
    post([files](GalleryWorker& worker) { worker.bringIn(files); });
}

quint64 Gallery::find(const Query& query) {
    const quint64 ticket = nextTicket();
    post([ticket, query](GalleryWorker& worker) { worker.find(ticket, query); });
    return ticket;
}

quint64 Gallery::findLeastMissed(qint64 bytes) {
    const quint64 ticket = nextTicket();
    post([ticket, bytes](GalleryWorker& worker) { worker.findLeastMissed(ticket, bytes); });
    return ticket;
}

void Gallery::wantThumbnails(const QVector<qint64>& ids) {
    post([ids](GalleryWorker& worker) { worker.wantThumbnails(ids); });
}

quint64 Gallery::changeMarks(const QStringList& paths, const MarksChange& change) {
    const quint64 ticket = nextTicket();
    post([ticket, paths, change](GalleryWorker& worker) { worker.changeMarks(ticket, paths, change); });
    return ticket;
}

quint64 Gallery::move(const QStringList& paths) {
    const quint64 ticket = nextTicket();
    post([ticket, paths](GalleryWorker& worker) { worker.move(ticket, paths); });
    return ticket;
}

void Gallery::turnBack(quint64 ticket) {
    post([ticket](GalleryWorker& worker) { worker.turnBack(ticket); });
}

void Gallery::forget(quint64 ticket) {
    post([ticket](GalleryWorker& worker) { worker.forget(ticket); });
}

void Gallery::deleteTrashed(const QStringList& paths) {
    post([paths](GalleryWorker& worker) { worker.deleteTrashed(paths); });
}

void Gallery::emptyTrash() {
    post([](GalleryWorker& worker) { worker.emptyTrash(); });
}

} // namespace scalekv::gallery
