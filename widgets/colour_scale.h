#pragma once

#include <QColor>
#include <QString>
#include <QVector>

#include <limits>

namespace scalekv::widgets {

/// How numbers become colours.
struct ColourScale {
    enum class Kind {
        Sequential,
        Diverging,  ///< about 0: both ends are equally far from it
        Categorical ///< a value is the index of a category
    };
    struct Category {
        QString name;
        QColor colour; ///< invalid: one of `categoryColour()`
    };
    struct Range {
        double minimum = 0, maximum = 0;
        bool operator==(const Range&) const = default;
    };

    Kind kind = Kind::Sequential;
    /// NaN: those of the values.
    double minimum = std::numeric_limits<double>::quiet_NaN();
    double maximum = std::numeric_limits<double>::quiet_NaN();
    QVector<Category> categories;

    Range range(const QVector<double>& values) const;
    /// Of a finite value; beyond the range it is the colour of that end.
    QColor colour(double value, Range range) const;
    QColor categoryColour(int index) const;
    /// −1: no category has this value
    int category(double value) const;
};

} // namespace scalekv::widgets
