#include "scalekv/comparison_report.h"

#include "scalekv/comparison_text.h"
#include "scalekv/error.h"

#include <algorithm>

namespace scalekv {
namespace {

void checkBelongs(const ComparedRun& run, const ComparedRun& full) {
    if (const std::string difference = differenceButPolicy(run.recipe.request, full.recipe.request);
        !difference.empty())
        throw Error("These runs differ in more than the cache policy: " + difference + ".");
    if (run.recipe.model != full.recipe.model || run.recipe.precision != full.recipe.precision ||
        run.recipe.device != full.recipe.device)
        throw Error("These runs were made by different models, or on different devices.");
    if (run.run.bits.empty() || !runCost(run.report))
        throw Error("The bits of " + run.recipe.request.policy.text() +
                    " are not known, since its picture was opened from its file.");
}

} // namespace

Comparison comparisonOf(std::span<const ComparedRun> runs, std::stop_token stop) {
    if (runs.size() < 2)
        throw Error("A comparison needs two runs.");
    const ComparedRun& full = runs.front();
    const auto others = runs.subspan(1);
    if (full.recipe.request.policy.evicts())
        throw Error("A comparison of cache policies is against the full cache, not against " +
                    full.recipe.request.policy.text() + ".");
    const auto all = [&others](const auto& matches) {
        return std::all_of(others.begin(), others.end(), matches);
    };
    const bool forced = all([](const ComparedRun& run) { return run.teacherForced.has_value(); });

    Comparison comparison;
    comparison.settings.request = full.recipe.request;
    comparison.settings.seeds = {full.recipe.request.seed};
    comparison.settings.mode = forced ? ComparisonMode::Both : ComparisonMode::Free;
    comparison.settings.klByLayer =
        forced && all([](const ComparedRun& run) { return !run.teacherForced->klPerLayer.empty(); });
    comparison.model = full.recipe.model;
    comparison.precision = full.recipe.precision;
    comparison.device = full.recipe.device;
    comparison.program = programName(full.recipe.programVersion);
    comparison.schedule = scaleSchedule(full.recipe.request.size, full.recipe.request.aspectRatio);
    checkBelongs(full, full);
    const PairId pair{0, full.recipe.request.seed};
    comparison.full.push_back({pair, *runCost(full.report), bitsDigest(full.run.bits)});
    for (const ComparedRun& run : others) {
        checkBelongs(run, full);
        if (stop.stop_requested())
            throw Cancelled();
        ChoiceRecord record{pair, int(comparison.settings.choices.size()), {}, {}};
        if (forced)
            record.teacherForced = run.teacherForced;
        if (forced && !comparison.settings.klByLayer)
            record.teacherForced->klPerLayer.clear();
        record.free = freeFigures(runDifference(full.run, run.run), *runCost(run.report));
        comparison.settings.choices.push_back(run.recipe.request.policy);
        comparison.records.push_back(std::move(record));
    }
    checkComparison(comparison.settings);
    return comparison;
}

} // namespace scalekv
