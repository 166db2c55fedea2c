#include "engine/study/comparison/report/svg_plot.h"

#include "engine/study/comparison/report/html_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

namespace scalekv {
namespace {

constexpr double kWidth = 440, kHeight = 280, kLeft = 58, kRight = 14, kTop = 10, kBottom = 44;
constexpr int kColours = 8;

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return text;
}

std::string pixels(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string line(const char* kind, double x1, double y1, double x2, double y2) {
    return "<path class=\"" + std::string(kind) + "\" d=\"M" + pixels(x1) + " " + pixels(y1) + "L" +
           pixels(x2) + " " + pixels(y2) + "\"/>";
}

std::string text(double x, double y, const char* anchor, const std::string& words,
                 const std::string& more = {}) {
    return "<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" text-anchor=\"" + anchor + "\"" + more +
           ">" + htmlText(words) + "</text>";
}

/// A mark around a point; series take turns.
std::string mark(std::size_t series, double x, double y) {
    constexpr std::array<const char*, 4> kShapes{"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "m-3.5-3.5h7v7h-7z",
                                                 "m0-4.6l4.3 7.6h-8.6z", "m0-4.8l4.8 4.8l-4.8 4.8l-4.8-4.8z"};
    return "<path class=\"mark\" d=\"M" + pixels(x) + " " + pixels(y) + kShapes[series % kShapes.size()] +
           "\"/>";
}

std::string seriesClass(std::size_t series) {
    return "series s" + std::to_string(series % kColours);
}

/// From one end of an axis to the other.
struct Axis {
    double low = 0, high = 1;
    bool logarithmic = false;

    double place(double value) const {
        const auto scaled = [this](double v) { return logarithmic ? std::log(v) : v; };
        return (scaled(value) - scaled(low)) / (scaled(high) - scaled(low));
    }
    /// Round numbers within it.
    std::vector<double> ticks() const {
        std::vector<double> found;
        const double span = logarithmic ? low : (high - low) / 6;
        double step = std::pow(10.0, std::floor(std::log10(span)));
        if (logarithmic) {
            const bool isShort = high / low < 8; // else 1, 2 and 5 are enough
            for (; step <= high; step *= 10)
                for (const double factor : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0})
                    if (step * factor >= low && step * factor <= high &&
                        (isShort || factor == 1 || factor == 2 || factor == 5))
                        found.push_back(step * factor);
            return found.size() > 1 ? found : Axis{low, high}.ticks(); // too short for round numbers
        }
        for (const double factor : {1.0, 2.0, 5.0, 10.0})
            if (step * factor >= span) {
                step *= factor;
                break;
            }
        constexpr int kMost = 12; // counted, for a step can be too small to change a large number
        const double first = std::ceil(low / step);
        for (int n = 0; n < kMost && (first + n) * step <= high; ++n)
            found.push_back((first + n) * step);
        return found;
    }
};

bool drawable(const PlotPoint& point, bool logX) {
    return std::isfinite(point.x) && std::isfinite(point.y) && (!logX || point.x > 0);
}

double errorOf(const PlotPoint& point) {
    return std::isfinite(point.error) && point.error > 0 ? point.error : 0;
}

/// With a little room, so that no mark lies on the frame.
Axis axisOf(const Plot& plot, bool logarithmic, bool mayReachZero,
            const std::function<std::pair<double, double>(const PlotPoint&)>& extent) {
    Axis axis{INFINITY, -INFINITY, logarithmic};
    for (const PlotSeries& series : plot.series)
        for (const PlotPoint& point : series.points)
            if (drawable(point, plot.logX)) {
                const auto [low, high] = extent(point);
                axis.low = std::min(axis.low, low);
                axis.high = std::max(axis.high, high);
            }
    if (logarithmic) {
        const double room = std::max(1.1, std::pow(axis.high / axis.low, 0.06));
        axis.low /= room;
        axis.high *= room;
        return axis;
    }
    if (axis.low == 0 && axis.high == 0)
        return {0, 1};
    const bool fromZero =
        mayReachZero && axis.low >= 0 && axis.low < 0.5 * axis.high; // else what differs would be hard to see
    const double room =
        axis.high > axis.low ? 0.06 * (axis.high - axis.low) : std::max(1e-6, std::abs(axis.high) * 0.1);
    axis.low = fromZero ? 0 : axis.low - room;
    axis.high += room;
    return axis;
}

} // namespace

bool Plot::empty() const {
    return std::none_of(series.begin(), series.end(), [this](const PlotSeries& one) {
        return std::any_of(one.points.begin(), one.points.end(),
                           [this](const PlotPoint& point) { return drawable(point, logX); });
    });
}

std::string plotSvg(const Plot& plot) {
    const Axis xAxis = axisOf(plot, plot.logX, false, [](const PlotPoint& p) { return std::pair{p.x, p.x}; });
    const Axis yAxis = axisOf(plot, false, true, [](const PlotPoint& p) {
        return std::pair{p.y - errorOf(p), p.y + errorOf(p)};
    });
    const double right = kWidth - kRight, bottom = kHeight - kBottom;
    const auto x = [&](double value) { return kLeft + xAxis.place(value) * (right - kLeft); };
    const auto y = [&](double value) { return bottom - yAxis.place(value) * (bottom - kTop); };

    std::string svg = "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(kHeight) +
                      "\" role=\"img\" aria-label=\"" + htmlText(plot.title) + "\">";
    for (const double tick : xAxis.ticks())
        svg +=
            line("grid", x(tick), kTop, x(tick), bottom) + text(x(tick), bottom + 16, "middle", number(tick));
    for (const double tick : yAxis.ticks())
        svg +=
            line("grid", kLeft, y(tick), right, y(tick)) + text(kLeft - 7, y(tick) + 4, "end", number(tick));
    svg += "<path class=\"frame\" d=\"M" + pixels(kLeft) + " " + pixels(kTop) + "V" + pixels(bottom) + "H" +
           pixels(right) + "\"/>";
    svg += text((kLeft + right) / 2, kHeight - 6, "middle", plot.xTitle);
    svg += text(14, (kTop + bottom) / 2, "middle", plot.yTitle,
                " transform=\"rotate(-90 14 " + pixels((kTop + bottom) / 2) + ")\"");
    for (std::size_t n = 0; n < plot.series.size(); ++n) {
        std::string path, rest;
        for (const PlotPoint& point : plot.series[n].points) {
            if (!drawable(point, plot.logX))
                continue;
            path += (path.empty() ? "M" : "L") + pixels(x(point.x)) + " " + pixels(y(point.y));
            if (const double error = errorOf(point); error > 0) {
                rest += line("error", x(point.x), y(point.y - error), x(point.x), y(point.y + error));
                for (const double end : {point.y - error, point.y + error})
                    rest += line("error", x(point.x) - 4, y(end), x(point.x) + 4, y(end));
            }
            rest += "<g>" + mark(n, x(point.x), y(point.y)) + "<title>" +
                    htmlText(plot.series[n].name + ": " + number(point.x) + ", " + number(point.y) +
                             (errorOf(point) > 0 ? " ± " + number(point.error) : "")) +
                    "</title></g>";
        }
        if (!path.empty())
            svg += "<g class=\"" + seriesClass(n) + "\"><path class=\"line\" d=\"" + path + "\"/>" + rest +
                   "</g>";
    }
    return svg + "</svg>";
}

std::string legendHtml(const Plot& plot) {
    std::string html = "<ul class=\"legend\">";
    for (std::size_t n = 0; n < plot.series.size(); ++n)
        html += "<li><svg viewBox=\"-7 -7 14 14\" class=\"" + seriesClass(n) + "\" aria-hidden=\"true\">" +
                mark(n, 0, 0) + "</svg>" + htmlText(plot.series[n].name) + "</li>";
    return html + "</ul>";
}

std::string heatSvg(const std::vector<std::vector<double>>& values, const std::string& rows,
                    const std::string& columns) {
    double most = 0;
    std::size_t widest = 0;
    for (const auto& row : values) {
        widest = std::max(widest, row.size());
        for (const double value : row)
            most = std::isfinite(value) ? std::max(most, value) : most;
    }
    constexpr double kCell = 18, kRoom = 40;
    const double width = kRoom + kCell * double(widest), height = kRoom + kCell * double(values.size());
    std::string svg = "<svg class=\"heat\" viewBox=\"0 0 " + number(width) + " " + number(height) +
                      "\" style=\"max-width:" + number(width * 1.15) + "px\" role=\"img\" aria-label=\"" +
                      htmlText(rows + ", " + columns) + "\">";
    for (std::size_t r = 0; r < values.size(); ++r) {
        const double y = kCell * double(r);
        svg += text(kRoom - 5, y + 13, "end", std::to_string(r + 1));
        for (std::size_t c = 0; c < values[r].size(); ++c) {
            const double value = values[r][c];
            const double share = !std::isfinite(value) ? 1 : most > 0 ? value / most : 0;
            svg += "<rect class=\"value\" x=\"" + number(kRoom + kCell * double(c)) + "\" y=\"" + number(y) +
                   "\" width=\"" + number(kCell) + "\" height=\"" + number(kCell) + "\" fill-opacity=\"" +
                   number(0.04 + 0.96 * share) + "\"><title>" +
                   htmlText(rows + " " + std::to_string(r + 1) + ", " + columns + " " +
                            std::to_string(c + 1) + ": " + number(value)) +
                   "</title></rect>";
        }
    }
    const double foot = kCell * double(values.size());
    for (std::size_t c = 0; c < widest; ++c)
        svg += text(kRoom + kCell * (double(c) + 0.5), foot + 14, "middle", std::to_string(c + 1));
    svg += text(kRoom + kCell * double(widest) / 2, foot + 31, "middle", columns);
    svg += text(11, foot / 2, "middle", rows, " transform=\"rotate(-90 11 " + pixels(foot / 2) + ")\"");
    return svg + "</svg>";
}

} // namespace scalekv
