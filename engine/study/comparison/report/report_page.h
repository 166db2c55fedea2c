#pragma once

#include "engine/study/comparison/report/svg_plot.h"

#include <string>
#include <utility>
#include <vector>

namespace scalekv {

/// A picture of the sheet. `png` is a whole file; empty: there is none.
struct ReportCell {
    std::string png;
    std::string caption;
};

struct ReportRow {
    std::string title;             ///< a line
    std::vector<ReportCell> cells; ///< one a column
};

struct ReportTable {
    std::vector<std::vector<std::string>> rows; ///< the first is the head
    std::size_t wordColumns = 1;                ///< the others hold numbers and stand right
    std::vector<std::string> notes;             ///< each a paragraph
};

struct ReportHeat {
    std::string title;
    std::vector<std::vector<double>> values; ///< [layer][scale]
};

/// What was compared, in the words of whoever reads it. Texts are plain: toHtml() escapes all of them.
struct ReportPage {
    std::string title;
    std::string summary;
    std::vector<std::string> columns; ///< the first is what the others are compared with
    std::vector<ReportRow> rows;
    std::string pictureNote; ///< what to know of the pictures; may be empty
    ReportTable table;
    std::vector<Plot> plots;
    std::vector<ReportHeat> heats;
    std::vector<std::pair<std::string, std::string>> settings; ///< name, value
    std::vector<std::pair<std::string, std::string>> recipes;  ///< of what, JSON
    std::string program;
};

/// A page that needs no other file, no network and no library: pictures, style and script lie in it. Its
/// policy of contents forbids a browser to load anything else.
std::string toHtml(const ReportPage& page);

} // namespace scalekv
