#pragma once

#include "scalekv/request.h"
#include "scalekv/scale_schedule.h"

#include <QSize>
#include <QString>

#include <chrono>

namespace scalekv::ui {

/// "8×8"
QString mapText(MapSize map);
/// "Scale 5/10 · 8×8 tokens"
QString scaleText(int scale, int scales, MapSize map);
/// "1.2 GiB", "430 MiB"
QString byteText(qint64 bytes);
/// "less than a second", "8 s", "2 min 10 s", "1 h 5 min"
QString durationText(std::chrono::duration<double> seconds);
/// "1.3 s", "2 min 10 s"
QString secondsText(double seconds);
/// "a-red-apple-on-a-blue-background-42": what a file of this picture is called, without ending.
QString fileStem(const GenerationRequest& request);
/// Two or three lines for tooltips: prompt, seed, size, guidance.
QString requestSummary(const GenerationRequest& request);
/// "Landscape 0.666 · 1248 × 832 px"
QString aspectText(double ratio, QSize pixels);

} // namespace scalekv::ui
