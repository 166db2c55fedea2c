#include "widgets/stacked_bars.h"

#include <QLocale>

#include <cmath>

namespace scalekv::widgets {

bool StackedColumns::looksLike(const StackedColumns& other) const {
    return columns == other.columns && segments == other.segments && columnAxis == other.columnAxis &&
           valueAxis == other.valueAxis;
}

double StackedColumns::value(int column, int segment) const {
    if (column < 0 || column >= values.size())
        return 0;
    const double value = values[column].value(segment, 0);
    return std::isfinite(value) ? value : 0;
}

double StackedColumns::sum(int column) const {
    double total = 0;
    for (int segment = 0; segment < segments.size(); ++segment)
        total += value(column, segment);
    return total;
}

QString StackedColumns::valueText(double value) const {
    return format ? format(value) : QLocale().toString(value, 'g', 3);
}

QString StackedColumns::text(int column, int segment) const {
    if (column < 0 || column >= columns.size())
        return {};
    const QString word = columnWord.isEmpty() ? columnAxis : columnWord;
    const QString whole = word.isEmpty() ? columns[column] : word + QLatin1Char(' ') + columns[column];
    if (segment < 0 || segment >= segments.size())
        return StackedBars::tr("%1: %2").arg(whole, valueText(sum(column)));
    const QString amount = valueText(value(column, segment));
    return relation.isEmpty()
               ? StackedBars::tr("%1, %2: %3").arg(whole, segments[segment].name, amount)
               : StackedBars::tr("%1 %2 %3: %4").arg(whole, relation, segments[segment].name, amount);
}

} // namespace scalekv::widgets
