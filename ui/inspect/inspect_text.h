#pragma once

#include "scalekv/look.h"
#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"

namespace scalekv::ui {

/// What was measured of the chosen layer and scale, for people.
QString cellSentence(const InspectedRun& run, const Selection::State& state);
/// What the layer's heads could read of the earlier scales; empty where it was not recorded.
QString keptSentence(const InspectedRun& run, const Selection::State& state);
/// Why it is not known what was kept at a scale, and what to do about it.
QString keptUnknown(const InspectedRun& run);
/// "mean of 4 heads", "head 2"
QString headText(int head, int heads);
/// A piece of the prompt: "apple", "…s" where it goes on from the one before, "end of the prompt".
QString pieceText(const PromptWord& piece);
/// "12.4 %"
QString percentText(double share);

} // namespace scalekv::ui
