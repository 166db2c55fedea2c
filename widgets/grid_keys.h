#pragma once

#include <optional>
#include <utility>

namespace scalekv::widgets {

/// Where a key leads from (row, column) of a grid: arrows by one, Home and End within the row, Page Up and
/// Down within the column. May be one beyond the grid; none: not such a key.
std::optional<std::pair<int, int>> gridMove(int key, int row, int column, int rows, int columns);

} // namespace scalekv::widgets
