#include "widgets/token_overlay.h"

#include "widgets/colour_maps.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalekv::widgets {
namespace {
constexpr double kDimmed = 0.62; // how much of an evicted token's picture is lost
}

TokenOverlay TokenOverlay::heat(int rows, int columns, QVector<double> weights, double maximum) {
    return {Kind::Heat, rows, columns, std::move(weights), maximum};
}

TokenOverlay TokenOverlay::kept(int rows, int columns, QVector<double> counts, double maximum) {
    return {Kind::Kept, rows, columns, std::move(counts), maximum};
}

double TokenOverlay::value(int row, int column) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    return contains(row, column) ? values.value(qsizetype(row) * columns + column, none) : none;
}

double TokenOverlay::largest() const {
    if (maximum > 0)
        return maximum;
    double found = maximum;
    for (const double value : values)
        found = std::isfinite(value) ? std::max(found, value) : found;
    return found;
}

QImage TokenOverlay::image() const {
    if (kind == Kind::None || rows <= 0 || columns <= 0 || values.isEmpty())
        return {};
    const double largest = this->largest();
    QImage result(columns, rows, QImage::Format_ARGB32_Premultiplied);
    for (int row = 0; row < rows; ++row) {
        auto* line = reinterpret_cast<QRgb*>(result.scanLine(row));
        for (int column = 0; column < columns; ++column) {
            const double number = value(row, column);
            if (std::isnan(number)) {
                line[column] = 0;
                continue;
            }
            const double part = largest > 0 ? std::clamp(number / largest, 0.0, 1.0) : 0;
            line[column] = qPremultiply(kind == Kind::Heat
                                            ? heatColour(part).rgba()
                                            : qRgba(0, 0, 0, static_cast<int>(255 * kDimmed * (1 - part))));
        }
    }
    return result;
}

} // namespace scalekv::widgets
