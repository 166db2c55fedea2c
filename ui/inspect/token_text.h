#pragma once

#include "scalekv/look.h"
#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"
#include "widgets/token_overlay.h"

namespace scalekv::widgets {
class TokenLegend;
}

namespace scalekv::ui {

/// What lies over the picture, in words with markup. `look`: the answer to questionOf(), null where it is not
/// known.
QString tokensTitle(const InspectedRun& run, const Look* look, const Selection::State& state);
/// One token of the shown scale, and its value under the overlay.
QString tokenText(const InspectedRun& run, const Selection::State& state,
                  const widgets::TokenOverlay& overlay, int row, int column);
/// What the overlay's colours mean.
void explainColours(widgets::TokenLegend& legend, const InspectedRun& run, const Selection::State& state,
                    const widgets::TokenOverlay& overlay);

} // namespace scalekv::ui
