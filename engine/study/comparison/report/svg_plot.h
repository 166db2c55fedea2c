#pragma once

#include <string>
#include <vector>

/// Plain plots as SVG, for the report: its style sheet (page.css) colours them. Numbers that are not finite
/// are left out.
namespace scalekv {

struct PlotPoint {
    double x = 0, y = 0;
    double error = 0; ///< ±, 0 or not a number: none is drawn
};

struct PlotSeries {
    std::string name;
    std::vector<PlotPoint> points; ///< joined in this order
};

struct Plot {
    std::string title;
    std::string xTitle, yTitle;
    bool logX = false; ///< all x must then be above 0
    std::vector<PlotSeries> series;

    bool empty() const; ///< nothing to draw
};

/// Axes, lines, marks and error bars; of different shapes, so that they are told apart without colours.
std::string plotSvg(const Plot& plot);
/// A list of the series' marks and names.
std::string legendHtml(const Plot& plot);

/// values[row][column] as a grid of squares, of stronger colour where more; each tells its value when pointed
/// at. Rows and columns are counted from 1.
std::string heatSvg(const std::vector<std::vector<double>>& values, const std::string& rows,
                    const std::string& columns);

} // namespace scalekv
