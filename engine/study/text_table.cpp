#include "engine/study/text_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

using Row = std::vector<std::string>;

/// Columns on a terminal, where every character of UTF-8 that these tables use takes one.
std::size_t columns(const std::string& text) {
    return std::size_t(std::count_if(text.begin(), text.end(),
                                     [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

std::string decimals(double value, int count) {
    if (std::isnan(value))
        return "-";
    if (std::isinf(value))
        return "inf";
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", count, value);
    const std::string_view digits(text);
    const bool isNothing = digits.find_first_of("123456789") == std::string_view::npos;
    return isNothing && digits.starts_with('-') ? text + 1 : text; // no "-0.000"
}

std::string aligned(const std::vector<Row>& rows, std::size_t words) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns(row[i]));
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(widths[i] - columns(row[i]), ' ');
            line += (i == 0 ? "" : "  ") + (i < words ? row[i] + blanks : blanks + row[i]);
        }
        line.resize(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

} // namespace scalekv
