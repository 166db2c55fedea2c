#include "gallery/scan.h"

#include "gallery/picture_name.h"
#include "gallery/trash.h"

#include <QDateTime>
#include <QElapsedTimer>

#include <algorithm>

namespace scalekv::gallery {
namespace {

constexpr qint64 kStepTime = 40;         // ms
constexpr qint64 kMayBeWritten = 60'000; // ms: a file that was changed so shortly ago

} // namespace

Scan::Scan(const QString& folder, Index& index, const std::atomic<bool>& stop)
    : folder_(folder), index_(index), files_(walkFolder(folder, stop)) {
    if (stop)
        return; // it has not seen everything: nothing may be forgotten
    mendMoves(folder, files_);
    const QHash<QString, PictureStamps> known = index.stamps();
    for (auto file = files_.files.cbegin(); file != files_.files.cend(); ++file) {
        if (!isPictureName(file.key()))
            continue;
        const auto found = known.find(file.key());
        if (found == known.end() || *found != stampsOf(files_, file.key()))
            pictures_ += file.key();
    }
    std::sort(pictures_.begin(), pictures_.end(), [this](const QString& a, const QString& b) {
        return files_.files.value(a).time > files_.files.value(b).time;
    });
    Change change(index);
    for (auto picture = known.cbegin(); picture != known.cend(); ++picture) {
        if (!files_.files.contains(picture.key()) && files_.wouldHave(picture.key())) {
            index.remove(picture.key());
            changed_ = true;
        }
    }
    change.commit();
}

void Scan::step() {
    changed_ = false;
    QElapsedTimer timer;
    timer.start();
    QVector<PictureFacts> read;
    while (!isDone() && !timer.hasExpired(kStepTime)) {
        const QString& path = pictures_.at(next_++);
        // Anew: since the walk the picture may have been changed, or taken away.
        const PictureStamps stamps = stampsOf(folder_, path);
        if (stamps.picture.bytes == 0 && stamps.picture.time == 0)
            continue;
        const PictureFacts facts = readFacts(folder_, path, stamps);
        broken_ += facts.broken || facts.unread ? 1 : 0;
        unfinished_ |= (facts.broken || facts.unread) &&
                       QDateTime::currentMSecsSinceEpoch() - stamps.picture.time < kMayBeWritten;
        if (!facts.unread) // else it is tried again by the next scan
            read += facts;
    }
    if (read.isEmpty())
        return;
    Change change(index_);
    for (const PictureFacts& facts : read)
        index_.put(facts);
    change.commit();
    changed_ = true;
}

} // namespace scalekv::gallery
