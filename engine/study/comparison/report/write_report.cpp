#include "engine/io/printable.h"
#include "engine/study/comparison/report/pages.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/file_stem.h"
#include "scalekv/png.h"
#include "scalekv/results_folder.h"
#include "scalekv/write_file.h"

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReport = "report.html";

void checkFree(const fs::path& folder) {
    std::error_code problem;
    for (const char* name : {kReport, kResultsJson, kResultsCsv})
        if (fs::exists(folder / name, problem))
            throw Error(pathText(folder / name) +
                        ": is there already; take another folder, or overwrite it.");
}

/// None where the runs are no comparison of policies with the full cache.
std::optional<Comparison> comparisonIfAny(std::span<const ComparedRun> runs) {
    try {
        return comparisonOf(runs);
    } catch (const Error&) {
        return {};
    }
}

void writePicture(const fs::path& file, const ComparedRun& run) {
    writePng(file, run.run.picture, recipeText(run.recipe));
}

void writeComparison(const fs::path& folder, std::span<const ComparedRun> runs,
                     const Comparison& comparison) {
    const PairId pair = comparison.full.front().pair;
    for (std::size_t n = 0; n < runs.size(); ++n)
        writePicture(folder /
                         pictureName(comparison, pair, n == 0 ? std::nullopt : std::optional(int(n) - 1)),
                     runs[n]);
    writeResults(folder, comparison);
    writeReport(folder, comparison);
}

} // namespace

void writeReport(const fs::path& folder, const Comparison& comparison, std::stop_token stop) {
    writeFile(folder / kReport, toHtml(pageOf(comparison, folder, stop)));
}

void writeReport(const fs::path& folder, std::span<const ComparedRun> runs, bool overwrite) {
    if (runs.empty())
        throw Error("There is no picture to report of.");
    if (!overwrite)
        checkFree(folder);
    makeResultsFolder(folder);
    makeResultsFolder(folder / "pictures");
    if (const auto comparison = comparisonIfAny(runs)) {
        writeComparison(folder, runs, *comparison);
        return;
    }
    std::vector<std::string> pngs;
    for (const ComparedRun& run : runs) {
        const Recipe& recipe = run.recipe;
        const std::string number = std::to_string(pngs.size() + 1);
        const std::string stem = fileStem(recipe.request.prompts.front(), recipe.request.seed);
        writePicture(folder / "pictures" / (number + "-" + stem + ".png"), run);
        pngs.push_back(pngBytes(run.run.picture, recipeText(recipe)));
    }
    writeFile(folder / kReport, toHtml(pageOf(runs, pngs)));
}

} // namespace scalekv
