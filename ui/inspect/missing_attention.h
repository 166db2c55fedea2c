#pragma once

#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"

#include <QString>

#include <vector>

namespace scalekv::ui {

/// What the chosen position would read, under the full cache, of the tokens that the run had evicted by then.

/// The weight of every token up to the chosen scale, by one head or as the mean (Selection::kAll); 0 where it
/// is still held. `full`: the answer to questionOf(). Empty where that or what was kept is not known.
std::vector<float> missingWeights(const InspectedRun& run, const Look* full, const Selection::State& state,
                                  int head);
/// The scale that most of it lies on; −1: nothing is missing, or nothing known.
int mostMissingScale(const InspectedRun& run, const Look* full, const Selection::State& state);
/// "62 % of this query's attention would go to tokens that this run no longer holds: 40 % to scale 5, …"; or
/// why it is not known, where that is not for `full` to say; empty: for that only.
QString missingSentence(const InspectedRun& run, const Look* full, const Selection::State& state);

} // namespace scalekv::ui
