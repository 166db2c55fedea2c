#pragma once

#include <QString>

/// Models that take a fraction of the demo's time: its first layers. Their pictures mean nothing, but are as
/// much work for everything around the layers as any.
namespace scalekv::test {

/// Makes a model folder with the first `layers` (at most 3) of the demo's 12 layers and no calibration. The
/// other files are links. Whether it could be made.
bool makeSmallModel(const QString& folder, int layers);

/// A folder with 3 layers, calibrated on one prompt. Made once a process, which takes about a second; empty
/// where it cannot be made.
QString smallModelPath();

} // namespace scalekv::test
