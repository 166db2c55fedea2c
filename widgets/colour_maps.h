#pragma once

#include <QColor>
#include <QVector>

class QPalette;

namespace scalekv::widgets {

/// Viridis at `t` in 0…1: perceptually uniform, and as light in grey as it is large.
QColor sequentialColour(double t);

/// From deep blue (−1) over grey (0) to pale orange (1). Blue and orange are told apart by every eye, and
/// since the lightness grows all the way the sign survives printing in grey.
QColor divergingColour(double t);

/// For weights over a picture, `t` in 0…1, with alpha: from a dark veil to bright amber, so that the large
/// weights are the light ones on any picture.
QColor heatColour(double t);

/// The colours of Okabe and Ito for kinds of things, in an order whose first ones differ in grey as well;
/// begins again after the eighth.
QColor categoryColour(int index);

/// For lines and points: each colour can be seen on a light and on a dark ground. Begins again after the
/// eleventh.
QColor lineColour(int index);

/// `count` colours for an ordered series, neighbours as far apart as the sequential scale lets them be.
QVector<QColor> seriesColours(int count);

/// Black or white: what can be read on `ground`.
QColor contrastTo(const QColor& ground);

/// The window of `palette` has light text on dark.
bool isDark(const QPalette& palette);

} // namespace scalekv::widgets
