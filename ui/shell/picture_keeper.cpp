#include "ui/shell/picture_keeper.h"

#include "scalekv/recipe.h"
#include "ui/runs/image_convert.h"
#include "ui/runs/kept_run.h"
#include "ui/runs/live_run.h"
#include "ui/runs/run_list.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/model_summary.h"
#include "ui/shell/status_line.h"
#include "ui/text/picture_stem.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QCoreApplication>
#include <QDebug>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kAllKey[] = "gallery/keepAll";
constexpr char kRunBytesKey[] = "gallery/runBytes";
constexpr int kAgain = 5000; // ms
constexpr char kStoppedKey[] = "gallery/keepStopped";

} // namespace

PictureKeeper::PictureKeeper(gallery::Gallery& gallery, RunList& runs, MessageBar& messages,
                             StatusLine& status, QObject* parent)
    : QObject(parent), gallery_(gallery), runs_(runs), messages_(messages), status_(status) {
    gallery_.setMostRunBytes(mostRunBytes());
    again_.setInterval(kAgain);
    connect(&again_, &QTimer::timeout, this, &PictureKeeper::tryOne);
    connect(&gallery, &gallery::Gallery::kept, this, &PictureKeeper::made);
    connect(&gallery, &gallery::Gallery::keepFailed, this, &PictureKeeper::failed);
    connect(&gallery, &gallery::Gallery::opened, this, [this] {
        kept_.clear(); // they are in the other folder
        tryAgain();
    });
    connect(&gallery, &gallery::Gallery::folderTrouble, this, [this](const QString& message) {
        if (message.isEmpty())
            tryAgain();
    });
    connect(&gallery, &gallery::Gallery::moved, this,
            [this](quint64, const QStringList& from, const QStringList& to) {
                for (auto& each : kept_) {
                    if (const qsizetype at = from.indexOf(each.second); at >= 0)
                        each.second = to.at(at);
                }
            });
    connect(&runs, &RunList::gaveUp, this, [this] {
        status_.say(tr("The oldest pictures have left the history; they are in the gallery."));
    });
}

bool PictureKeeper::keepsAll() const {
    return QSettings().value(QLatin1String(kAllKey), true).toBool();
}

void PictureKeeper::setKeepsAll(bool on) {
    QSettings().setValue(QLatin1String(kAllKey), on);
}

bool PictureKeeper::keepsStopped() const {
    return QSettings().value(QLatin1String(kStoppedKey), false).toBool();
}

void PictureKeeper::setKeepsStopped(bool on) {
    QSettings().setValue(QLatin1String(kStoppedKey), on);
}

qint64 PictureKeeper::mostRunBytes() const {
    return std::max(qint64(0),
                    QSettings().value(QLatin1String(kRunBytesKey), qint64(kMostRunFileBytes)).toLongLong());
}

void PictureKeeper::setMostRunBytes(qint64 bytes) {
    QSettings().setValue(QLatin1String(kRunBytesKey), bytes);
    gallery_.setMostRunBytes(bytes);
}

void PictureKeeper::finished(const ResultPtr& result, const RecordPtr& record) {
    if (keepsAll())
        keep(result, record);
}

void PictureKeeper::keep(const ResultPtr& result, const RecordPtr& record) {
    if (gallery_.folder().isEmpty() || !pathOf(result).isEmpty())
        return;
    if (!isKeeping(result))
        put({result, record});
}

void PictureKeeper::stopped(const LiveRun& run, const ModelSummary& model) {
    if (!keepsStopped() || gallery_.folder().isEmpty() || run.frames().isEmpty())
        return;
    GenerationReport report;
    report.precision = model.precision.toStdString();
    report.device = model.device.toStdString();
    const Recipe recipe = recipeOf(run.plan().request, model.identity, report,
                                   QCoreApplication::applicationVersion().toStdString());
    const QImage picture = run.frames().back().picture;
    const auto scales = run.plan().schedule.size();
    const auto reached = run.frames().size();
    // What fails of it is told with the folder's other trouble; it was only a part of a picture.
    gallery_.keep([recipe, picture, scales, reached] {
        gallery::NewPicture made{toRgbImage(picture), recipeText(recipe), {}};
        made.text[gallery::kReachedKey] = std::to_string(reached) + "/" + std::to_string(scales);
        made.stem = pictureStem(recipe.request) + QStringLiteral("-scale-%1-of-%2").arg(reached).arg(scales);
        return made;
    });
}

void PictureKeeper::setKept(const ResultPtr& result, const QString& path) {
    kept_.removeIf([](const auto& each) { return each.first.expired(); });
    kept_.append({result, path});
    runs_.setKept(result);
}

QString PictureKeeper::pathOf(const ResultPtr& result) const {
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const auto& each) { return each.first.lock() == result; });
    return found == kept_.end() ? QString() : found->second;
}

ResultPtr PictureKeeper::runOf(const QString& path) const {
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const auto& each) { return each.second == path; });
    return found == kept_.end() ? nullptr : found->first.lock();
}

bool PictureKeeper::isKeeping(const ResultPtr& result) const {
    const auto isIt = [&result](const RecordedRun& run) { return run.result == result; };
    return std::any_of(pending_.cbegin(), pending_.cend(), isIt) ||
           std::any_of(unkept_.cbegin(), unkept_.cend(), isIt);
}

void PictureKeeper::tryAgain() {
    const QVector<RecordedRun> waiting = std::exchange(unkept_, {});
    for (const RecordedRun& run : waiting)
        put(run);
}

void PictureKeeper::put(const RecordedRun& run) {
    pending_.insert(gallery_.keep([run] { return newPicture(*run.result, run.record); }), run);
}

/// The oldest: where it can be written, the others can.
void PictureKeeper::tryOne() {
    if (unkept_.isEmpty())
        return again_.stop();
    if (!pending_.isEmpty())
        return;
    put(unkept_.takeFirst());
    trial_ = pending_.cbegin().key();
}

void PictureKeeper::made(quint64 ticket, const QString& path) {
    const RecordedRun run = pending_.take(ticket);
    if (!run.result)
        return;
    setKept(run.result, path);
    tryAgain(); // where this could be written, the others can
    if (unkept_.isEmpty() && pending_.isEmpty())
        messages_.withdraw(subjects::kKeeping);
    qDebug().noquote() << "Kept" << path;
    Q_EMIT kept(run.result, path);
}

void PictureKeeper::failed(quint64 ticket, const QString& why) {
    const RecordedRun run = pending_.take(ticket);
    if (!run.result)
        return;
    again_.start();
    if (ticket == trial_) {
        unkept_.prepend(run);
        Q_EMIT notKept(run.result);
        return;
    }
    unkept_ += run;
    const QString text = unkept_.size() == 1 ? tr("A picture is not in the gallery yet. %1 The picture stays "
                                                  "in memory, and writing it is tried again.")
                                                   .arg(why)
                                             : tr("%1 pictures are not in the gallery yet. %2 The pictures "
                                                  "stay in memory, and writing them is tried again.")
                                                   .arg(unkept_.size())
                                                   .arg(why);
    messages_.showMessage(MessageBar::Kind::Error, subjects::kKeeping, text);
    connect(messages_.offer(tr("Try again")), &QAction::triggered, this, &PictureKeeper::tryAgain);
    Q_EMIT notKept(run.result);
}

} // namespace scalekv::ui
