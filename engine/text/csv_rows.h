#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scalekv {

/// The rows of a table for spreadsheets (RFC 4180; lines may end in LF alone, and cells in another separator
/// than a comma); empty lines are left out. `what` names it in messages. Throws Error for a quotation that
/// does not end.
std::vector<std::vector<std::string>> csvRows(std::string_view text, const std::string& what,
                                              char separator = ',');

} // namespace scalekv
