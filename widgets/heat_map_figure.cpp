#include "widgets/heat_map_figure.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scalekv::widgets {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QString translated(const char* text) {
    return QCoreApplication::translate("HeatMapFigure", text);
}

QString quoted(QString field) {
    if (!field.contains(QLatin1Char('"')) && !field.contains(QLatin1Char(',')) &&
        !field.contains(QLatin1Char('\n')) && !field.contains(QLatin1Char('\r')))
        return field;
    field.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + field + QLatin1Char('"');
}

} // namespace

HeatMapFigure::HeatMapFigure(QStringList rowNames, QStringList columnNames)
    : rowLabels(std::move(rowNames)), columnLabels(std::move(columnNames)),
      values(rowLabels.size() * columnLabels.size(), kNone) {}

double HeatMapFigure::value(int row, int column) const {
    return contains(row, column) ? values.value(qsizetype(row) * columns() + column, kNone) : kNone;
}

void HeatMapFigure::setValue(int row, int column, double value) {
    if (!contains(row, column))
        return;
    values.resize(rowLabels.size() * columnLabels.size(), kNone);
    values[qsizetype(row) * columns() + column] = value;
}

bool HeatMapFigure::isMarked(int row, int column) const {
    return contains(row, column) && marks.value(qsizetype(row) * columns() + column, false);
}

void HeatMapFigure::setMarked(int row, int column, bool marked) {
    if (!contains(row, column))
        return;
    marks.resize(rowLabels.size() * columnLabels.size(), false);
    marks[qsizetype(row) * columns() + column] = marked;
}

QVector<int> HeatMapFigure::shownRows() const {
    QVector<int> natural(rows());
    std::iota(natural.begin(), natural.end(), 0);
    return rowOrder.size() == natural.size() &&
                   std::is_permutation(natural.cbegin(), natural.cend(), rowOrder.cbegin())
               ? rowOrder
               : natural;
}

QString HeatMapFigure::valueText(double value) const {
    if (std::isnan(value))
        return noneName.isEmpty() ? translated("none") : noneName;
    if (colours.kind == ColourScale::Kind::Categorical)
        return colours.categories.value(colours.category(value)).name;
    return format ? format(value) : QLocale().toString(value, 'g', 3);
}

QString HeatMapFigure::cellText(int row, int column) const {
    if (!contains(row, column))
        return {};
    const auto place = [](const QString& axis, const QString& label) {
        return axis.isEmpty() ? label : axis + QLatin1Char(' ') + label;
    };
    QString text = translated("%1, %2: %3")
                       .arg(place(rowAxis, rowLabels[row]), place(columnAxis, columnLabels[column]),
                            valueText(value(row, column)));
    if (isMarked(row, column) && !markName.isEmpty())
        text = translated("%1, %2").arg(text, markName);
    return text;
}

QByteArray HeatMapFigure::csv() const {
    QString text =
        quoted(rowAxis.isEmpty() || columnAxis.isEmpty() ? rowAxis + columnAxis
                                                         : rowAxis + QLatin1Char('/') + columnAxis);
    for (const QString& label : columnLabels)
        text += QLatin1Char(',') + quoted(label);
    text += QLatin1Char('\n');
    for (int row = 0; row < rows(); ++row) {
        text += quoted(rowLabels[row]);
        for (int column = 0; column < columns(); ++column) {
            const double number = value(row, column);
            text += QLatin1Char(',');
            if (std::isnan(number))
                continue;
            text += colours.kind == ColourScale::Kind::Categorical
                        ? quoted(valueText(number))
                        : QString::number(number, 'g', QLocale::FloatingPointShortest);
        }
        text += QLatin1Char('\n');
    }
    return text.toUtf8();
}

} // namespace scalekv::widgets
