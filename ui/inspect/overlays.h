#pragma once

#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"
#include "widgets/token_overlay.h"

namespace scalekv::ui {

/// It is about earlier scales only: the map being drawn is always there.
bool isOfHistory(Selection::Overlay overlay);

/// The scale whose tokens are shown: the chosen one, or what the overlay is about by itself (its own map for
/// attention and words, the scale before for what was kept or is missing).
int readScaleOf(const Selection::State& state);

/// What is asked of the engine for a choice.
LookQuestion questionOf(const Selection::State& state);

/// What is chosen cannot be shown of the record alone: the run has to be looked into.
bool needsLook(const InspectedRun& run, const Selection::State& state);

/// What lies over the picture for one head (Selection::kAll: the mean, or how many heads kept a token) of the
/// chosen layer and scale; with State::overScales how often a token was kept, as a share of heads and later
/// scales. `look`: the answer to questionOf(), null where it is not known. No overlay where nothing is known.
widgets::TokenOverlay overlayOf(const InspectedRun& run, const Look* look, const Selection::State& state,
                                int head);
/// Where one word of the prompt is read.
widgets::TokenOverlay wordOverlay(const InspectedRun& run, const Look& look, const Selection::State& state,
                                  int word);

/// How much of the chosen position's attention lies on the shown scale; NaN where it is not known.
double weightOnShown(const InspectedRun& run, const Look* look, const Selection::State& state, int head);

} // namespace scalekv::ui
