#pragma once

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
/// "12.4 %"
QString percentText(double share);

} // namespace scalekv::ui
