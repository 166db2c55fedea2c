#include "ui/inspect/token_text.h"

#include "ui/inspect/inspect_text.h"
#include "ui/inspect/overlays.h"
#include "ui/text/tr.h"
#include "widgets/token_legend.h"

#include <QLocale>

#include <cmath>

namespace scalekv::ui {

using Overlay = Selection::Overlay;
using widgets::TokenOverlay;

namespace {

QString wordsTitle(const Look* look, const Selection::State& state, const QString& layer) {
    const QString word = look && state.word >= 0 && std::size_t(state.word) < look->words.size()
                             ? pieceText(look->words[std::size_t(state.word)])
                             : QString();
    return word.isEmpty() ? tr("<b>Choose a word</b> to see where scale %1 reads it · %2")
                                .arg(state.scale + 1)
                                .arg(layer)
                          : tr("<b>Where scale %1 reads “%2”</b> · %3")
                                .arg(state.scale + 1)
                                .arg(word.toHtmlEscaped(), layer);
}

} // namespace

QString tokensTitle(const InspectedRun& run, const Look* look, const Selection::State& state) {
    if (run.isEmpty())
        return {};
    const QString layer = tr("layer %1").arg(state.layer + 1);
    const QString heads = headText(state.head, run.heads());
    switch (state.overlay) {
    case Overlay::Kept:
        if (state.overScales)
            return tr("<b>How often scale %1 was kept</b> over all later scales · %2 · %3")
                .arg(readScaleOf(state) + 1)
                .arg(layer, heads);
        return tr("<b>What was kept of scale %1</b> when scale %2 was drawn · %3 · %4")
            .arg(readScaleOf(state) + 1)
            .arg(state.scale + 1)
            .arg(layer, state.head < 0 ? tr("by how many heads") : heads);
    case Overlay::Words:
        return wordsTitle(look, state, layer);
    case Overlay::Missing:
    case Overlay::Attention:
        break;
    }
    const MapSize own = run.map(state.scale);
    if (state.overlay == Overlay::Missing) {
        const int read = readScaleOf(state) + 1;
        const QString what = state.token < 0
                                 ? tr("<b>What scale %1 misses of scale %2</b>, mean of its positions")
                                       .arg(state.scale + 1)
                                       .arg(read)
                                 : tr("<b>What row %1, column %2 of scale %3 misses of scale %4</b>")
                                       .arg(state.token / own.width + 1)
                                       .arg(state.token % own.width + 1)
                                       .arg(state.scale + 1)
                                       .arg(read);
        return QStringLiteral("%1 · %2 · %3").arg(what, layer, heads);
    }
    const QString who = state.token < 0
                            ? tr("<b>Where scale %1 looks</b>, mean of its positions").arg(state.scale + 1)
                            : tr("<b>Where row %1, column %2 of scale %3 looks</b>")
                                  .arg(state.token / own.width + 1)
                                  .arg(state.token % own.width + 1)
                                  .arg(state.scale + 1);
    return QStringLiteral("%1 · %2 · %3").arg(who, layer, heads);
}

QString tokenText(const InspectedRun& run, const Selection::State& state, const TokenOverlay& overlay,
                  int row, int column) {
    QString text =
        tr("row %1, column %2 of scale %3").arg(row + 1).arg(column + 1).arg(readScaleOf(state) + 1);
    const double value = overlay.value(row, column);
    if (std::isnan(value))
        return text;
    if (state.overlay == Overlay::Missing)
        text += value > 0 ? tr(": evicted; would get %1 of the attention")
                                .arg(QLocale().toString(value * 100, 'g', 3) + tr(" %"))
                          : tr(": nothing is missing");
    else if (overlay.kind == TokenOverlay::Kind::Heat)
        text += tr(": %1 of the attention").arg(QLocale().toString(value * 100, 'g', 3) + tr(" %"));
    else if (state.overScales)
        text += tr(": kept in %1 of all later scales").arg(percentText(value / overlay.maximum));
    else if (state.head >= 0)
        text += value > 0 ? tr(": kept") : tr(": evicted");
    else
        text += tr(": kept by %1 of %2 heads").arg(value).arg(run.heads());
    return text;
}

void explainColours(widgets::TokenLegend& legend, const InspectedRun& run, const Selection::State& state,
                    const TokenOverlay& overlay) {
    if (overlay.kind == TokenOverlay::Kind::Heat)
        legend.explain(overlay.kind, percentText(0), percentText(overlay.largest()));
    else if (overlay.kind != TokenOverlay::Kind::Kept)
        legend.clear();
    else if (state.overScales)
        legend.explain(overlay.kind, tr("never kept"), tr("always kept"));
    else if (state.head >= 0)
        legend.explain(overlay.kind, tr("evicted"), tr("kept"), 2);
    else
        legend.explain(overlay.kind, tr("by no head"), tr("by all %1").arg(run.heads()), run.heads() + 1);
}

} // namespace scalekv::ui
