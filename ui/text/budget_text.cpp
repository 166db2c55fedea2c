#include "ui/text/budget_text.h"

#include "scalekv/budget_list.h"
#include "scalekv/error.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace scalekv::ui {

ReadBudget readBudget(const QString& text) {
    try {
        return {Budget::parse(text.trimmed().toStdString()), {}};
    } catch (const Error& error) {
        return {std::nullopt, QString::fromUtf8(error.what())};
    }
}

ReadBudgets readBudgetList(const QString& text) {
    try {
        ReadBudgets read;
        for (const Budget& budget : parseBudgets(text.toStdString())) {
            const bool there =
                std::any_of(read.budgets.begin(), read.budgets.end(), [&](const Budget& other) {
                    return other.text() == budget.text(); // which is what results name them by
                });
            if (!there)
                read.budgets += budget;
        }
        return read;
    } catch (const Error& error) {
        return {{}, QString::fromUtf8(error.what())};
    }
}

QString budgetText(const Budget& budget) {
    if (budget.tokens > 0)
        return QString::number(budget.tokens);
    if (budget.bytes > 0)
        return QString::fromStdString(budget.text());
    const auto number = [](double value) {
        return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
    };
    constexpr int kDigits = 12; // 7 % are 7.000000000000001 without
    for (const QString& percent :
         {QLocale::c().toString(budget.fraction * 100, 'g', kDigits), number(budget.fraction * 100)}) {
        if (readBudget(percent + QLatin1Char('%')).budget == budget)
            return percent + QLatin1Char('%');
    }
    return number(budget.fraction);
}

std::span<const double> budgetStops() {
    static constexpr std::array kStops{1.0,  1.2,  1.5,  2.0,  2.5,  3.0,  4.0,  5.0,  6.0,  8.0,  10.0,
                                       12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0};
    return kStops;
}

int nearestStop(double fraction) {
    const auto stops = budgetStops();
    const auto distance = [wanted = std::log(std::max(fraction, 1e-9) * 100)](double stop) {
        return std::abs(std::log(stop) - wanted);
    };
    const auto nearest = std::min_element(stops.begin(), stops.end(),
                                          [&](double a, double b) { return distance(a) < distance(b); });
    return static_cast<int>(nearest - stops.begin());
}

} // namespace scalekv::ui
