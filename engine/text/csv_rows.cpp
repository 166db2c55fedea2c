#include "engine/text/csv_rows.h"

#include "scalekv/error.h"

namespace scalekv {

std::vector<std::vector<std::string>> csvRows(std::string_view text, const std::string& what,
                                              char separator) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row(1);
    bool quoted = false;
    const auto endRow = [&] {
        if (row.size() > 1 || !row.front().empty())
            rows.push_back(row);
        row.assign(1, {});
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            const bool twice = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
            if (c != '"' || twice)
                row.back() += c;
            else
                quoted = false;
            i += twice ? 1 : 0;
        } else if (c == '"' && row.back().empty()) {
            quoted = true;
        } else if (c == separator) {
            row.emplace_back();
        } else if (c == '\n') {
            endRow();
        } else if (c != '\r') {
            row.back() += c;
        }
    }
    if (quoted)
        throw Error(what + ": a quotation in this table does not end.");
    endRow();
    return rows;
}

} // namespace scalekv
