#include "ui/inspect/overlays.h"

#include "ui/inspect/missing_attention.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace scalekv::ui {

using widgets::TokenOverlay;

namespace {

/// The weights of the shown scale's tokens, by one head or as the mean.
QVector<double> weights(const InspectedRun& run, const Look& look, const Selection::State& state, int head) {
    const LayerLook& layer = look.layers.at(std::size_t(state.layer));
    const int shown = readScaleOf(state);
    const auto first = std::size_t(run.tokensBefore(shown));
    const auto count = std::size_t(run.map(shown).tokens());
    QVector<double> values(qsizetype(count), 0.0);
    const int from = std::max(0, head);
    const int to = head < 0 ? int(layer.heads.size()) - 1 : head;
    for (int h = from; h <= to; ++h) {
        const std::vector<float>& all = layer.heads[std::size_t(h)];
        for (std::size_t i = 0; i < count; ++i)
            values[qsizetype(i)] += double(all[first + i]) / (to - from + 1);
    }
    return values;
}

void addKept(QVector<double>& counts, const KeptTokens& kept, qint64 first, int head) {
    const int from = std::max(0, head);
    const int to = head < 0 ? int(kept.heads()) - 1 : head;
    for (qsizetype i = 0; i < counts.size(); ++i)
        for (int h = from; h <= to; ++h)
            counts[i] += kept.kept(h, first + i);
}

TokenOverlay keptOverScales(const InspectedRun& run, const Selection::State& state, int shown, int head) {
    const MapSize map = run.map(shown);
    QVector<double> counts(qsizetype(map.tokens()), 0.0);
    double most = 0;
    for (int later = shown + 1; later < run.scales(); ++later) {
        const auto kept = run.record().kept[std::size_t(later)][std::size_t(state.layer)];
        if (!kept)
            continue;
        addKept(counts, *kept, run.tokensBefore(shown), head);
        most += head < 0 ? double(kept->heads()) : 1.0;
    }
    return most > 0 ? TokenOverlay::kept(map.height, map.width, std::move(counts), most) : TokenOverlay();
}

} // namespace

bool isOfHistory(Selection::Overlay overlay) {
    return overlay == Selection::Overlay::Kept || overlay == Selection::Overlay::Missing;
}

int readScaleOf(const Selection::State& state) {
    if (state.overlay == Selection::Overlay::Words)
        return state.scale;
    if (state.readScale >= 0 && state.readScale <= state.scale)
        return state.readScale;
    return isOfHistory(state.overlay) ? std::max(0, state.scale - 1) : state.scale;
}

LookQuestion questionOf(const Selection::State& state) {
    const bool missing = state.overlay == Selection::Overlay::Missing;
    return {.scale = state.scale, .token = state.token, .wordMaps = !missing, .fullCache = missing};
}

bool needsLook(const InspectedRun& run, const Selection::State& state) {
    if (run.isEmpty() || state.overlay == Selection::Overlay::Kept)
        return false;
    return state.overlay != Selection::Overlay::Missing || missingSentence(run, nullptr, state).isEmpty();
}

TokenOverlay overlayOf(const InspectedRun& run, const Look* look, const Selection::State& state, int head) {
    const int shown = readScaleOf(state);
    const MapSize map = run.map(shown);
    switch (state.overlay) {
    case Selection::Overlay::Kept: {
        if (state.overScales)
            return keptOverScales(run, state, shown, head);
        const auto kept = run.record().kept[std::size_t(state.scale)][std::size_t(state.layer)];
        if (!kept || shown >= state.scale) // the current map is always there
            return {};
        QVector<double> counts(qsizetype(map.tokens()), 0.0);
        addKept(counts, *kept, run.tokensBefore(shown), head);
        return TokenOverlay::kept(map.height, map.width, std::move(counts),
                                  head < 0 ? double(kept->heads()) : 1.0);
    }
    case Selection::Overlay::Missing: {
        const std::vector<float> all = missingWeights(run, look, state, head);
        if (all.empty())
            return {};
        const auto first = all.begin() + run.tokensBefore(shown);
        return TokenOverlay::heat(map.height, map.width,
                                  QVector<double>(first, first + std::ptrdiff_t(map.tokens())));
    }
    case Selection::Overlay::Words:
        if (!look || state.word < 0)
            return {};
        return wordOverlay(run, *look, state, state.word);
    case Selection::Overlay::Attention:
        break;
    }
    if (!look)
        return {};
    return TokenOverlay::heat(map.height, map.width, weights(run, *look, state, head));
}

TokenOverlay wordOverlay(const InspectedRun& run, const Look& look, const Selection::State& state, int word) {
    const auto& maps = look.layers.at(std::size_t(state.layer)).wordMaps;
    if (std::size_t(word) >= maps.size())
        return {};
    const std::vector<float>& values = maps[std::size_t(word)];
    const MapSize map = run.map(state.scale);
    return TokenOverlay::heat(map.height, map.width, QVector<double>(values.begin(), values.end()));
}

double weightOnShown(const InspectedRun& run, const Look* look, const Selection::State& state, int head) {
    if (!look)
        return std::numeric_limits<double>::quiet_NaN();
    const QVector<double> all = weights(run, *look, state, head);
    return std::accumulate(all.begin(), all.end(), 0.0);
}

} // namespace scalekv::ui
