#pragma once

#include "scalekv/policy_choice.h"

#include <QString>

#include <span>
#include <string_view>

namespace scalekv::ui {

// Of the policies of policyNames(). One that is not known here has its name for a title, and nothing else.

/// "Sliding window"
QString policyTitle(std::string_view name);
/// What stays in the cache, in one plain sentence.
QString policySentence(std::string_view name);
/// The scientific term, where it was published, and its name on the command line.
QString policySource(std::string_view name);

/// "Full cache", "ScaleKV 10 %"
QString policyText(const PolicyChoice& choice);
/// Several, with commas between.
QString policiesText(std::span<const PolicyChoice> choices);

} // namespace scalekv::ui
