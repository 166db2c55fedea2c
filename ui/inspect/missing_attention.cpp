#include "ui/inspect/missing_attention.h"

#include "scalekv/look_text.h"
#include "ui/inspect/inspect_text.h"
#include "ui/text/tr.h"

#include <QStringList>

#include <algorithm>
#include <numeric>

namespace scalekv::ui {
namespace {

/// What was kept of the earlier tokens when the chosen layer and scale read them; null: not recorded.
std::shared_ptr<const KeptTokens> keptOf(const InspectedRun& run, const Selection::State& state) {
    return run.record().kept[std::size_t(state.scale)][std::size_t(state.layer)];
}

std::vector<double> missingByScale(const InspectedRun& run, const Look* full, const Selection::State& state) {
    return massByScale(missingWeights(run, full, state, state.head), run.schedule());
}

} // namespace

std::vector<float> missingWeights(const InspectedRun& run, const Look* full, const Selection::State& state,
                                  int head) {
    const auto kept = keptOf(run, state);
    if (!full || !kept)
        return {};
    const LayerLook& layer = full->layers.at(std::size_t(state.layer));
    if (head >= 0)
        return evictedWeights(layer, *kept, head);
    const auto evicted = evictedWeights(layer, *kept);
    std::vector<double> sums(std::size_t(full->tokens), 0.0);
    for (const std::vector<float>& one : evicted)
        std::transform(one.begin(), one.end(), sums.begin(), sums.begin(),
                       [](float weight, double sum) { return sum + double(weight); });
    std::vector<float> mean(sums.size());
    std::transform(sums.begin(), sums.end(), mean.begin(),
                   [&](double sum) { return float(sum / double(evicted.size())); });
    return mean;
}

int mostMissingScale(const InspectedRun& run, const Look* full, const Selection::State& state) {
    const std::vector<double> shares = missingByScale(run, full, state);
    const auto most = std::max_element(shares.begin(), shares.end());
    return most == shares.end() || *most <= 0 ? -1 : int(most - shares.begin());
}

QString missingSentence(const InspectedRun& run, const Look* full, const Selection::State& state) {
    if (state.scale == 0)
        return tr("The first scale has no earlier tokens to miss.");
    if (!run.request().policy.evicts())
        return tr("This run kept everything: nothing is missing.");
    if (keepsEveryToken(run.request().policy.name))
        return tr("This run kept every token, in fewer bits: none is missing, but each is less exact.");
    const auto kept = keptOf(run, state);
    if (!kept)
        return keptUnknown(run);
    if (kept->all())
        return tr("Nothing was evicted by then: nothing is missing.");
    if (!full)
        return {};
    const std::vector<double> shares = missingByScale(run, full, state);
    QStringList parts;
    for (std::size_t scale = 0; scale < shares.size(); ++scale) {
        if (shares[scale] >= 0.0005) // what is said with one digit
            parts += tr("%1 to scale %2").arg(percentText(shares[scale])).arg(scale + 1);
    }
    const QString who = state.token < 0 ? tr("the scale's attention") : tr("this query's attention");
    const QString all = tr("<b>%1</b> of %2 would go to tokens that this run no longer holds")
                            .arg(percentText(std::accumulate(shares.begin(), shares.end(), 0.0)), who);
    return parts.isEmpty() ? all + tr(".") : tr("%1: %2.").arg(all, parts.join(tr(", ")));
}

} // namespace scalekv::ui
