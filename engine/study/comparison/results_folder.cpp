#include "scalekv/results_folder.h"

#include "engine/io/file_text.h"
#include "engine/io/printable.h"
#include "scalekv/comparison_report.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/recipe.h"
#include "scalekv/write_file.h"

#include <cstdio>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLayerTable = "kl-by-layer.csv";
constexpr const char* kPictures = "pictures";
/// Of results.json: a hundred thousand pictures. A larger file is none of ours, and would take all memory to
/// read.
constexpr std::uint64_t kMostResults = std::uint64_t(64) << 20;

/// Saves what is measured as it comes, then passes it on.
class Saver final : public ComparisonObserver {
public:
    Saver(const fs::path& folder, const Comparison& comparison, std::string version, ComparisonObserver& next)
        : folder_(folder), comparison_(comparison), version_(std::move(version)), next_(next) {}

    void save() const { writeResults(folder_, comparison_); }

    void progressed(const ComparisonProgress& progress) override { next_.progressed(progress); }
    void started(const Comparison& comparison) override { next_.started(comparison); }

    void fullFinished(const FullRecord& record, const RgbImage& picture, bool again) override {
        write(record.pair, {}, picture);
        save();
        next_.fullFinished(record, picture, again);
    }

    void choiceFinished(const ChoiceRecord& record, const RgbImage& picture) override {
        write(record.pair, record.choice,
              picture); // first: the results never name a picture that is not there
        save();
        next_.choiceFinished(record, picture);
    }

private:
    void write(const PairId& pair, std::optional<int> choice, const RgbImage& picture) const {
        if (picture.empty())
            return;
        const ComparisonSettings& settings = comparison_.settings;
        GenerationRequest request = settings.request;
        request.prompts = {settings.request.prompts[std::size_t(pair.prompt)]};
        request.seed = pair.seed;
        request.policy = choice ? settings.choices[std::size_t(*choice)] : PolicyChoice{};
        writePng(
            folder_ / pictureName(comparison_, pair, choice), picture,
            recipeText({request, comparison_.model, comparison_.precision, comparison_.device, version_}));
    }

    const fs::path& folder_;
    const Comparison& comparison_;
    std::string version_;
    ComparisonObserver& next_;
};

/// A page that is there is of a comparison that was finished: not of one that is not.
void removeReport(const fs::path& folder) {
    std::error_code problem;
    fs::remove(folder / kReportHtml, problem);
    if (problem)
        throw Error("Cannot remove " + pathText(folder / kReportHtml) + ": " + problem.message() + ".");
}

} // namespace

std::string pictureName(const Comparison& comparison, const PairId& pair, std::optional<int> choice) {
    std::string name = "full";
    if (choice) {
        const PolicyChoice& named = comparison.settings.choices[std::size_t(*choice)];
        // A choice "full" is a run of its own beside the one that all are compared with.
        name = named.evicts() ? named.name + "-" : "full-again";
        for (const char c : named.budgetText())
            name += c == '%' ? "pct" : c == ' ' ? "" : std::string(1, c);
    }
    char number[16];
    std::snprintf(number, sizeof number, "%03d", pair.prompt + 1);
    return std::string(kPictures) + "/" + number + "-seed" + std::to_string(pair.seed) + "-" + name + ".png";
}

void makeResultsFolder(const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    const std::string why = problem ? " (" + problem.message() + ")" : "";
    if (!fs::is_directory(folder, problem))
        throw Error(pathText(folder) + ": this folder cannot be made" + why + ".");
}

Comparison readResults(const fs::path& folder) {
    const fs::path results = folder / kResultsJson;
    std::error_code problem;
    if (!fs::exists(results, problem))
        throw Error(pathText(folder) + ": this folder holds no results of a comparison (" + kResultsJson +
                    ").");
    return comparisonFromJson(fileText(results, kMostResults), pathText(results));
}

std::shared_ptr<const Lpips> lpipsFor(const fs::path& folder, ResultsStart start,
                                      const MetricWeights& weights, const std::string& device,
                                      ComparisonSettings& settings) {
    std::error_code unreadable;
    const bool goesOn = start == ResultsStart::Continue && fs::exists(folder / kResultsJson, unreadable);
    settings.lpips.clear();
    try {
        if (goesOn)
            settings.lpips = readResults(folder).settings.lpips;
    } catch (const Error&) {
        return {}; // compareInto() says what is wrong with them
    }
    if (!settings.free() || (goesOn && settings.lpips.empty()))
        return {};
    for (const LpipsNet net : kLpipsNets) {
        // Not loaded only to be told that it is another.
        if (!weights.of(net).complete() ||
            (goesOn && !settings.lpips.starts_with("lpips-" + netName(net) + " ")))
            continue;
        std::shared_ptr<const Lpips> lpips = Lpips::load(weights, net, device);
        if (goesOn && lpips->identity() != settings.lpips)
            continue;
        settings.lpips = lpips->identity();
        return lpips;
    }
    return {};
}

void writeResults(const fs::path& folder, const Comparison& comparison) {
    writeFile(folder / kResultsJson, toJson(comparison));
    writeFile(folder / kResultsCsv, toCsv(comparison));
    if (comparison.settings.klByLayer)
        writeFile(folder / kLayerTable, toLayerCsv(comparison));
}

Comparison compareInto(const fs::path& folder, const Model& model, ComparisonSettings settings,
                       const std::string& version, ResultsStart start, ComparisonObserver& observer,
                       std::stop_token stop, const Lpips* lpips) {
    Comparison comparison = plannedComparison(model, std::move(settings), programName(version));
    const fs::path results = folder / kResultsJson;
    std::error_code problem;
    if (start == ResultsStart::Continue && fs::exists(results, problem))
        continueFrom(comparison, fileText(results, kMostResults), pathText(results));
    makeResultsFolder(folder);
    if (comparison.settings.free())
        makeResultsFolder(folder / kPictures);

    if (!comparison.complete())
        removeReport(folder);
    Saver saver(folder, comparison, version, observer);
    saver.save();
    runComparison(model, comparison, saver, stop, lpips);
    writeReport(folder, comparison, stop);
    return comparison;
}

} // namespace scalekv
