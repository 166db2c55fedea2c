#pragma once

#include "scalekv/policy_choice.h"

#include <string>
#include <vector>

namespace scalekv {

/// Budgets as people list them: "4%,10%", "650; 3.5 MiB", one a line. What is between two commas may be
/// nothing. Throws Error that says what is wrong with one of them, and where a comma without a space could as
/// well be meant for a decimal point ("3,5 MiB").
std::vector<Budget> parseBudgets(const std::string& text);

} // namespace scalekv
