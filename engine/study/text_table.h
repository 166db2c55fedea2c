#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// Tables for a terminal.
namespace scalekv {

/// "-" for what is not a number, "inf" for infinity.
std::string decimals(double value, int count);

/// Rows of the same length, a line each. The first `words` columns stand left, the others, which are numbers,
/// right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t words);

} // namespace scalekv
