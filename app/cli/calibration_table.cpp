#include "app/cli/calibration_table.h"

#include "scalekv/calibration_summary.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace scalekv::cli {
namespace {

template <typename... Values>
std::string line(const char* format, Values... values) {
    char text[160];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

double meanOf(const std::vector<double>& row) {
    return std::accumulate(row.begin(), row.end(), 0.0) / double(row.size());
}

std::string drafters(const RoleTable& roles, std::int64_t scale) {
    std::string list;
    for (std::int64_t layer = 0; layer < roles.layers(); ++layer)
        if (roles.drafter(scale, layer))
            list += (list.empty() ? "" : " ") + std::to_string(layer);
    return list.empty() ? "-" : list;
}

std::string percent(double share) {
    return line("%.0f %%", share * 100);
}

std::string stability(const CalibrationSummary& summary) {
    std::string text;
    if (summary.halves) {
        const HalvesAgreement& halves = *summary.halves;
        text += "Random halves of the prompts share " + percent(halves.mean.jaccard) +
                " of their drafters (" + percent(halves.least.jaccard) + " to " +
                percent(halves.most.jaccard) + "), and " + percent(halves.mean.equalPairs) +
                " of all roles.\n";
    }
    for (const FirstPromptsAgreement& few : summary.firstPrompts)
        text += "The first " + (few.prompts == 1 ? std::string("prompt") : std::to_string(few.prompts)) +
                " and all: " + percent(few.agreement.jaccard) + " of the drafters, " +
                percent(few.agreement.equalPairs) + " of all roles.\n";
    return text;
}

} // namespace

std::string calibrationTable(const Calibration& calibration) {
    const CalibrationSummary summary = summarise(calibration);
    const ScaleSchedule schedule = calibration.settings.schedule();
    std::string text = "scale  map      current  top      selectivity (layers)        drafters (layers)\n";
    for (std::int64_t scale = 1; scale < summary.roles.scales(); ++scale) {
        const auto k = std::size_t(scale);
        const auto [least, most] = std::minmax_element(summary.asi[k].begin(), summary.asi[k].end());
        const std::string map = std::to_string(schedule[k].height) + "x" + std::to_string(schedule[k].width);
        text +=
            line("%5d  %-7s  %.4f   %.4f   %.4f (%.4f to %.4f)  ", int(scale) + 1, map.c_str(),
                 meanOf(summary.current[k]), meanOf(summary.top[k]), meanOf(summary.asi[k]), *least, *most) +
            drafters(summary.roles, scale) + "\n";
    }
    text += std::to_string(summary.roles.drafters()) + " of " +
            std::to_string((summary.roles.scales() - 1) * summary.roles.layers()) +
            " layers and scales are drafters.\n";
    return text + stability(summary);
}

} // namespace scalekv::cli
