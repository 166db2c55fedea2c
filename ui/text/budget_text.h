#pragma once

#include "scalekv/policy_choice.h"

#include <QString>
#include <QVector>

#include <optional>
#include <span>

namespace scalekv::ui {

struct ReadBudget {
    std::optional<Budget> budget;
    QString problem; ///< why there is none, in a sentence
};
/// What was typed, as Budget::parse() has it.
ReadBudget readBudget(const QString& text);

struct ReadBudgets {
    QVector<Budget> budgets; ///< each once
    QString problem;         ///< why there are none, in a sentence; empty where nothing was typed
};
/// What was typed, as parseBudgets() has it.
ReadBudgets readBudgetList(const QString& text);

/// The text that reads back as just this budget: "10%", "650" or "3.5 MiB", or "0.123" where percents would
/// round.
QString budgetText(const Budget& budget);

/// Percents from 1 to 100 in about equal factors: what a slider stops at, and what is tried when something
/// smaller is wanted.
std::span<const double> budgetStops();
/// The stop that is nearest to a share of the history, by factor.
int nearestStop(double fraction);

} // namespace scalekv::ui
