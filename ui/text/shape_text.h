#pragma once

#include "scalekv/scale_schedule.h"

#include <QSize>
#include <QString>

namespace scalekv::ui {

/// "8×8"
QString mapText(MapSize map);
/// "Scale 5/10 · 8×8 tokens"
QString scaleText(int scale, int scales, MapSize map);
/// "1248 × 832 · 1M": `family` is the size's name, see imageSizes()
QString sizeText(const QString& family, QSize pixels);
/// "Landscape 0.666 · 1248 × 832 px"
QString aspectText(double ratio, QSize pixels);

} // namespace scalekv::ui
