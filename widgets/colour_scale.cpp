#include "widgets/colour_scale.h"

#include "widgets/colour_maps.h"

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {

ColourScale::Range ColourScale::range(const QVector<double>& values) const {
    double least = std::numeric_limits<double>::infinity(), largest = -least;
    if (std::isnan(minimum) || std::isnan(maximum)) {
        for (const double value : values) {
            if (!std::isfinite(value))
                continue;
            least = std::min(least, value);
            largest = std::max(largest, value);
        }
        if (least > largest)
            least = largest = 0;
    }
    Range result{std::isnan(minimum) ? least : minimum, std::isnan(maximum) ? largest : maximum};
    if (kind == Kind::Diverging) {
        const double far = std::max(std::abs(result.minimum), std::abs(result.maximum));
        result = {-far, far};
    }
    return result;
}

QColor ColourScale::colour(double value, Range range) const {
    if (kind == Kind::Categorical)
        return categoryColour(category(value));
    const double span = range.maximum - range.minimum;
    const double part = span > 0 ? (value - range.minimum) / span : 0.5;
    return kind == Kind::Diverging ? divergingColour(2 * part - 1) : sequentialColour(part);
}

QColor ColourScale::categoryColour(int index) const {
    if (index < 0)
        return {};
    const bool given = index < categories.size() && categories[index].colour.isValid();
    return given ? categories[index].colour : widgets::categoryColour(index);
}

int ColourScale::category(double value) const {
    if (!std::isfinite(value) || value < 0 || value >= static_cast<double>(categories.size()))
        return -1;
    return static_cast<int>(value);
}

} // namespace scalekv::widgets
