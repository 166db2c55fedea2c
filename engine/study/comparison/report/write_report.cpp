#include "engine/io/printable.h"
#include "engine/study/comparison/report/pages.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/file_stem.h"
#include "scalekv/png.h"
#include "scalekv/results_folder.h"
#include "scalekv/write_file.h"

#include <functional>
#include <optional>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPictures = "pictures";

void checkFree(const fs::path& folder) {
    std::error_code problem;
    for (const char* name : {kReportHtml, kResultsJson, kResultsCsv})
        if (fs::exists(folder / name, problem))
            throw Error(pathText(folder / name) +
                        ": is there already; take another folder, or overwrite it.");
}

/// None where the runs are no comparison of policies with the full cache.
std::optional<Comparison> comparisonIfAny(std::span<const ComparedRun> runs, const std::stop_token& stop) {
    try {
        return comparisonOf(runs, stop);
    } catch (const Error&) {
        return {};
    }
}

/// A folder within another that takes files until all of them are there. What is not moved out of it goes.
class Workshop {
public:
    explicit Workshop(const fs::path& folder)
        : folder_(folder), folderIsNew_(!isThere(folder)), path_(folder / ".unfinished-report") {
        clear(); // of one that was broken off
        makeResultsFolder(path_ / kPictures);
    }
    ~Workshop() {
        clear();
        std::error_code problem;
        if (folderIsNew_)
            fs::remove(folder_, problem); // only if nothing was put there
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    const fs::path& path() const { return path_; }

    /// Renames, over what is there; the report last, since it is what one looks for.
    void moveAll() const {
        makeResultsFolder(folder_ / kPictures);
        std::vector<fs::path> names;
        for (const fs::path& from : {path_ / kPictures, path_})
            for (const fs::directory_entry& entry : fs::directory_iterator(from))
                if (!entry.is_directory() && entry.path().filename() != kReportHtml)
                    names.push_back(entry.path().lexically_relative(path_));
        names.emplace_back(kReportHtml);
        for (const fs::path& name : names)
            move(name);
    }

private:
    static bool isThere(const fs::path& folder) {
        std::error_code problem;
        return fs::exists(folder, problem);
    }
    void move(const fs::path& name) const {
        std::error_code problem;
        fs::rename(path_ / name, folder_ / name, problem);
        if (problem)
            throw Error("Cannot write " + pathText(folder_ / name) + ": " + problem.message() + ".");
    }
    void clear() const {
        std::error_code problem;
        fs::remove_all(path_, problem);
    }

    fs::path folder_;
    bool folderIsNew_;
    fs::path path_;
};

/// Tells how far it is, and ends it: a step a picture, and one for the page.
class Steps {
public:
    Steps(std::size_t count, const std::function<void(double)>& progress, const std::stop_token& stop)
        : count_(count), progress_(progress), stop_(stop) {}

    const std::stop_token& stop() const { return stop_; }
    void next() {
        if (stop_.stop_requested())
            throw Cancelled();
        if (progress_)
            progress_(double(done_++) / double(count_));
    }

private:
    std::size_t count_, done_ = 0;
    const std::function<void(double)>& progress_;
    const std::stop_token& stop_;
};

/// Says what is not there.
ReportPage withMissing(ReportPage page, std::span<const std::string> missing) {
    for (const std::string& one : missing)
        page.summary += " Not made: " + one;
    return page;
}

void writePicture(const fs::path& file, const ComparedRun& run) {
    writePng(file, run.run.picture, recipeText(run.recipe));
}

void writeComparison(const fs::path& folder, std::span<const ComparedRun> runs, const Comparison& comparison,
                     Steps& steps, std::span<const std::string> missing) {
    const PairId pair = comparison.full.front().pair;
    for (std::size_t n = 0; n < runs.size(); ++n) {
        steps.next();
        writePicture(folder /
                         pictureName(comparison, pair, n == 0 ? std::nullopt : std::optional(int(n) - 1)),
                     runs[n]);
    }
    steps.next();
    writeResults(folder, comparison);
    writeFile(folder / kReportHtml, toHtml(withMissing(pageOf(comparison, folder, steps.stop()), missing)));
}

void writeRuns(const fs::path& folder, std::span<const ComparedRun> runs, Steps& steps,
               std::span<const std::string> missing) {
    std::vector<std::string> pngs;
    for (const ComparedRun& run : runs) {
        steps.next();
        const Recipe& recipe = run.recipe;
        const std::string number = std::to_string(pngs.size() + 1);
        const std::string stem = fileStem(recipe.request.prompts.front(), recipe.request.seed);
        pngs.push_back(pngBytes(run.run.picture, recipeText(recipe)));
        writeFile(folder / kPictures / (number + "-" + stem + ".png"), pngs.back());
    }
    steps.next();
    writeFile(folder / kReportHtml, toHtml(withMissing(pageOf(runs, pngs, steps.stop()), missing)));
}

} // namespace

void writeReport(const fs::path& folder, const Comparison& comparison, std::stop_token stop) {
    writeFile(folder / kReportHtml, toHtml(pageOf(comparison, folder, stop)));
}

void writeReport(const fs::path& folder, std::span<const ComparedRun> runs, bool overwrite,
                 const std::function<void(double)>& progress, std::stop_token stop,
                 std::span<const std::string> missing) {
    if (runs.empty())
        throw Error("There is no picture to report of.");
    if (!overwrite)
        checkFree(folder);
    Steps steps(runs.size() + 1, progress, stop);
    const Workshop workshop(folder);
    if (const auto comparison = comparisonIfAny(runs, stop))
        writeComparison(workshop.path(), runs, *comparison, steps, missing);
    else
        writeRuns(workshop.path(), runs, steps, missing);
    if (stop.stop_requested())
        throw Cancelled();
    workshop.moveAll();
    if (progress)
        progress(1);
}

} // namespace scalekv
