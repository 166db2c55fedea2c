#pragma once

#include "engine/study/text_table.h"
#include "scalekv/comparison.h"

#include <string>
#include <vector>

/// What the table on a terminal and the report's share.
namespace scalekv {

/// The head, the full cache, and the choices as ranked() orders them. The first two columns are words.
std::vector<std::vector<std::string>> tableRows(const Comparison& comparison);

/// What the columns are.
std::string tableNote(const Comparison& comparison);

} // namespace scalekv
