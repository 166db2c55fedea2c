#include "ui/inspect/looker.h"

#include "ui/shell/memory_outlook.h"
#include "ui/text/unit_text.h"

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr double kQuickSeconds = 10;

qint64 bytesOf(const Look& look) {
    qint64 floats = 0;
    for (const LayerLook& layer : look.layers) {
        for (const auto& head : layer.heads)
            floats += qint64(head.size());
        for (const auto& word : layer.wordMaps)
            floats += qint64(word.size());
    }
    return floats * qint64(sizeof(float));
}

} // namespace

Looker::Looker(const Desk& desk, const InspectedRun& run, QObject* parent)
    : QObject(parent), desk_(desk), run_(run) {
    connect(&desk_.session, &EngineSession::looked, this, [this](const ResultPtr& of, const LookPtr& look) {
        if (asking_ == Asked{of, look->question})
            asking_.reset();
        if (desk_.runs.rowOf(of) < 0)
            return; // removed meanwhile
        known_.prepend({of, look, bytesOf(*look)});
        qint64 sum = 0;
        for (qsizetype i = 0; i < known_.size(); ++i) {
            sum += known_[i].bytes;
            if (i > 0 && sum > kMostBytes) {
                known_.resize(i);
                break;
            }
        }
        Q_EMIT answered();
    });
    const auto giveUp = [this] {
        asking_.reset();
        Q_EMIT gaveUp();
    };
    connect(&desk_.session, &EngineSession::lookFailed, this, giveUp);
    connect(&desk_.session, &EngineSession::lookStopped, this, giveUp);
    connect(&desk_.session, &EngineSession::stateChanged, this, [this](EngineSession::State state) {
        const bool wasBusy =
            before_ != EngineSession::State::Idle && before_ != EngineSession::State::Looking;
        before_ = state;
        if (wasBusy && state == EngineSession::State::Idle)
            Q_EMIT becameFree();
    });
    connect(&desk_.runs, &RunList::rowsRemoved, this, [this] {
        known_.removeIf([this](const Known& known) { return desk_.runs.rowOf(known.run) < 0; });
    });
}

LookPtr Looker::answer(const LookQuestion& question) const {
    const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& known) {
        // A picture from a file has the shape of the model in use, which may have changed.
        return known.run == run_.result() && known.look->question == question &&
               int(known.look->layers.size()) == run_.layers() &&
               int(known.look->layers.front().heads.size()) >= run_.heads();
    });
    return found == known_.end() ? nullptr : found->look;
}

QString Looker::obstacle(const LookQuestion& question) const {
    if (run_.isRunning())
        return tr("Positions can be looked up when the picture is finished.");
    if (!run_.result())
        return tr("The picture was not finished, so it cannot be repeated.");
    if (desk_.session.state() == EngineSession::State::Generating)
        return tr("A picture is being made. Look closer when it is finished.");
    if (desk_.session.state() == EngineSession::State::Comparing)
        return tr("Runs are being compared. Look closer when that is finished.");
    if (desk_.session.state() == EngineSession::State::Calibrating)
        return tr("The model is being calibrated. Look closer when that is finished.");
    if (desk_.session.state() == EngineSession::State::Loading)
        return tr("The model is being loaded.");
    if (desk_.queue.waiting() > 0 && desk_.queue.obstacle().isEmpty())
        return tr("More waits in the queue: pause it to look closer.");
    if (!desk_.session.hasModel())
        return tr("No model is loaded, so the run cannot be repeated.");
    const ModelSummary& model = desk_.session.model();
    const std::string difference =
        replayDifference(run_.result()->recipe, model.identity, model.precision.toStdString());
    if (!difference.empty())
        return QString::fromStdString(difference);
    if (run_.bits().empty())
        return tr("Its bits are not known: record the run first.");
    if (!question.fullCache) // this is asked at every drawing: memory is read only where it decides
        return {};
    const qint64 full = run_.result()->plan.fullPeakKvBytes, free = computeMemory(model).free;
    return free > 0 && full > free ? tr("The full cache of this run takes %1, and %2 are free.")
                                         .arg(byteText(full), byteText(free))
                                   : QString();
}

bool Looker::isQuick(const LookQuestion& question) const {
    const double seconds = run_.secondsUpTo(question.scale); // 0: not known
    return answer(question) || (obstacle(question).isEmpty() && seconds > 0 && seconds < kQuickSeconds);
}

void Looker::ask(const LookQuestion& question) {
    const Asked wanted{run_.result(), question};
    if (asking_ == wanted || answer(question) || !obstacle(question).isEmpty())
        return;
    asking_ = wanted;
    desk_.session.look(run_.result(), run_.bits(), question);
}

} // namespace scalekv::ui
