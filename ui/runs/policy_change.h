#pragma once

#include "scalekv/request.h"

#include <QVector>

#include <string_view>

/// The same picture under another policy, or at another budget.
namespace scalekv::ui {

/// A policy as one compares with: its tables are the model's own.
PolicyChoice choiceOf(std::string_view name, const Budget& budget);
/// Every policy that has a budget, at this one.
QVector<PolicyChoice> allPolicies(const Budget& budget);
/// The budget that others are to be compared at.
Budget budgetOf(const GenerationRequest& request);
/// The same picture under another policy. The same layers draft in both.
GenerationRequest withPolicy(const GenerationRequest& like, const PolicyChoice& choice);

} // namespace scalekv::ui
