#include "ui/compare/run_figures.h"

#include "scalekv/error.h"

#include <QtConcurrent>

namespace scalekv::ui {
namespace {

using Network = std::shared_future<std::shared_ptr<const Lpips>>;

/// Null where there are no weights.
std::shared_ptr<const Lpips> loadLpips() {
    const MetricWeights weights = findMetricWeights({});
    const LpipsNet* net = weights.firstNet();
    return net ? Lpips::load(weights, *net) : nullptr;
}

RunFigures::Known workOut(const ResultPtr& reference, const ResultPtr& run, const Network& network) {
    RunFigures::Known known;
    std::shared_ptr<const Lpips> lpips;
    try {
        lpips = network.get(); // whoever comes first loads it
    } catch (const std::exception& error) {
        known.problem = QString::fromUtf8(error.what()); // all else is known without it
    }
    try {
        known.difference =
            runDifference({reference->image, reference->bits}, {run->image, run->bits}, lpips.get());
        return known;
    } catch (const std::exception& error) {
        known.problem = QString::fromUtf8(error.what());
    }
    try { // bits of other models may be other bits, while the pictures can still be compared
        known.difference = RunDifference{pictureDifference(reference->image, run->image, lpips.get()), {}};
    } catch (const std::exception&) {
        known.problem = RunFigures::tr("The pictures have other sizes: %1 × %2 and %3 × %4 pixels.")
                            .arg(run->image.width)
                            .arg(run->image.height)
                            .arg(reference->image.width)
                            .arg(reference->image.height);
    }
    return known;
}

} // namespace

const RunFigures::Known* RunFigures::of(const ResultPtr& reference, const ResultPtr& run) {
    if (!reference || !run || reference == run)
        return nullptr;
    Entry& entry = entries_[keyOf(reference, run)];
    if (entry.reference.lock() == reference && entry.run.lock() == run)
        return entry.known.get();
    entry = {reference, run, nullptr};
    // What nobody has any more goes.
    for (auto i = entries_.begin(); i != entries_.end();)
        i = i->second.reference.expired() || i->second.run.expired() ? entries_.erase(i) : std::next(i);
    if (!lpips_.valid())
        lpips_ = std::async(std::launch::deferred, loadLpips).share();
    ++running_;
    QtConcurrent::run(workOut, reference, run, lpips_).then(this, [this, reference, run](const Known& known) {
        --running_;
        const auto found = entries_.find(keyOf(reference, run));
        if (found != entries_.end())
            found->second.known = std::make_shared<const Known>(known);
        Q_EMIT changed();
    });
    return nullptr;
}

const TeacherForcedFigures* RunFigures::forced(const ResultPtr& reference, const ResultPtr& run) const {
    const auto found = entries_.find(keyOf(reference, run));
    return found == entries_.end() || found->second.reference.lock() != reference ||
                   found->second.run.lock() != run
               ? nullptr
               : found->second.forced.get();
}

void RunFigures::setForced(const ResultPtr& reference, const ResultPtr& run,
                           const TeacherForcedFigures& figures) {
    of(reference, run); // so that there is an entry
    const auto found = entries_.find(keyOf(reference, run));
    if (found == entries_.end())
        return;
    TeacherForcedFigures next = figures;
    if (next.klPerLayer.empty() && found->second.forced)
        next.klPerLayer = found->second.forced->klPerLayer;
    found->second.forced = std::make_shared<const TeacherForcedFigures>(std::move(next));
    Q_EMIT changed();
}

} // namespace scalekv::ui
