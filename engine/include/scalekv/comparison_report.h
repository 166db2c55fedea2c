#pragma once

#include "scalekv/comparison.h"
#include "scalekv/recipe.h"
#include "scalekv/run_difference.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

/// What was compared as a page for people, report.html: pictures to look at side by side, swiped, blinking
/// and as their difference, figures, curves, settings and recipes, in one file that needs no other.
namespace scalekv {

/// A finished run as a report takes it. Views.
struct ComparedRun {
    const Recipe& recipe;
    const GenerationReport& report; ///< without scales: the picture was opened from its file
    FinishedRun run;
    std::optional<TeacherForcedFigures> teacherForced = {}; ///< where it was measured against the first run
};

/// The comparison that compareInto() would have made of these runs; the first is what the others are compared
/// with. Teacher-forced figures are in it where all runs but the first have them. Throws Error that says why
/// they are none: fewer than two, the first does not keep the full cache, another model, settings that differ
/// in more than the policy, a policy twice, or bits that are not known; or Cancelled.
Comparison comparisonOf(std::span<const ComparedRun> runs, std::stop_token stop = {});

/// Writes report.html into the folder of a comparison's results, whose pictures it embeds; one that is not
/// there any more leaves its cell empty. Pictures of more than 64 MiB together are embedded smaller, and it
/// is said. Throws Error, or Cancelled.
void writeReport(const std::filesystem::path& folder, const Comparison& comparison,
                 std::stop_token stop = {});

/// The same for finished runs, of whatever models and settings, into a folder that is made where it does not
/// exist: report.html, pictures/, and, where comparisonOf() finds them to be one, results.json and
/// results.csv as compareInto() writes them, which then can be continued. Figures are against the first run.
/// All of it comes into the folder when all is done: before that, an error or a stop leaves the folder as it
/// was. Throws Error, also where the folder holds results or a report already, unless they may be
/// overwritten, and Cancelled within one picture's work after `stop` was requested.
///
/// `progress` is told how much is done, 0 … 1. `missing`: what should stand there too and could not be made,
/// a name and why each; the page says so.
void writeReport(const std::filesystem::path& folder, std::span<const ComparedRun> runs,
                 bool overwrite = false, const std::function<void(double done)>& progress = {},
                 std::stop_token stop = {}, std::span<const std::string> missing = {});

} // namespace scalekv
