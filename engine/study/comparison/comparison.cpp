#include "scalekv/comparison.h"

#include "engine/io/printable.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/comparison/run_sequence.h"
#include "scalekv/error.h"
#include "scalekv/lpips.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace scalekv {
namespace {

/// The request of the first pair, with a policy.
GenerationRequest firstRequest(const ComparisonSettings& settings, const PolicyChoice& policy) {
    GenerationRequest request = settings.request;
    request.prompts.resize(1);
    request.seed = settings.seeds.front();
    request.policy = policy;
    return request;
}

/// Calls `visit(pair, choices)` for every pair that misses something, in the order in which they are made:
/// with the choices that have not been measured when this is called.
void forPairsLeft(const Comparison& comparison, const auto& visit) {
    using Cell = std::tuple<int, std::uint64_t, int>;
    std::vector<Cell> measured; // sorted, for there may be very many
    measured.reserve(comparison.records.size());
    for (const ChoiceRecord& record : comparison.records)
        measured.emplace_back(record.pair.prompt, record.pair.seed, record.choice);
    std::sort(measured.begin(), measured.end());

    const ComparisonSettings& settings = comparison.settings;
    std::vector<int> missing;
    for (int prompt = 0; prompt < int(settings.request.prompts.size()); ++prompt)
        for (const std::uint64_t seed : settings.seeds) {
            missing.clear();
            for (int choice = 0; choice < int(settings.choices.size()); ++choice)
                if (!std::binary_search(measured.begin(), measured.end(), Cell(prompt, seed, choice)))
                    missing.push_back(choice);
            if (!missing.empty())
                visit(PairId{prompt, seed}, missing);
        }
}

/// The runs of all pairs that miss something, one after the other.
class PairRuns {
public:
    PairRuns(const Model& model, Comparison& comparison, ComparisonObserver& observer,
             const std::stop_token& stop, const Lpips* lpips)
        : model_(model.loaded()), comparison_(comparison), observer_(observer), lpips_(lpips),
          full_(prepareRequest(firstRequest(comparison.settings, {}), termsOf(model_))),
          runs_(
              model_, makeChoices(),
              [&observer](const ComparisonProgress& progress) { observer.progressed(progress); }, stop) {}

    void runAll() {
        std::vector<at::Tensor> text; // encoded when the first seed needs it
        int textOf = 0;               // prompt
        forPairsLeft(comparison_, [&](const PairId& pair, const std::vector<int>& missing) {
            if (std::exchange(textOf, pair.prompt) != pair.prompt)
                text.clear();
            run(pair, missing, text);
        });
    }

private:
    /// Prepares every choice once; gives the expected work of all runs in their order.
    std::vector<RunWork> makeChoices() {
        const ComparisonSettings& settings = comparison_.settings;
        for (const PolicyChoice& choice : settings.choices)
            choices_.push_back(prepareRequest(firstRequest(settings, choice), termsOf(model_)));
        using Decoded = WorkTerms::Decoded;
        std::vector<RunWork> works;
        int encoded = -1; // prompt
        forPairsLeft(comparison_, [&](const PairId& pair, const std::vector<int>& missing) {
            const Decoded decoded = settings.free() ? Decoded::Picture : Decoded::Nothing;
            const bool encodes = std::exchange(encoded, pair.prompt) != pair.prompt;
            works.push_back(expectedWork(full_, model_, decoded, encodes));
            for (const int choice : missing) {
                const PreparedRequest& request = choices_[std::size_t(choice)];
                if (settings.teacherForced())
                    addForcedWork(works, request, model_, settings.klByLayer);
                if (settings.free())
                    works.push_back(expectedWork(request, model_, Decoded::Picture, false));
            }
        });
        return works;
    }

    void run(const PairId& pair, const std::vector<int>& choices, std::vector<at::Tensor>& text) {
        const PreparedRequest request = of(full_, pair);
        runs_.begin({}, {});
        if (text.empty())
            text = runs_.encode(request);
        const FullRun full = runFull(runs_.setup(request, text), comparison_.settings.free());
        keep(pair, full);
        for (const int choice : choices)
            compare(pair, choice, text, full);
    }

    PreparedRequest of(const PreparedRequest& prepared, const PairId& pair) const {
        return prepared.with({comparison_.settings.request.prompts[std::size_t(pair.prompt)]}, pair.seed);
    }

    void keep(const PairId& pair, const FullRun& full) {
        const FullRecord* earlier = comparison_.fullOf(pair);
        if (earlier != nullptr && earlier->digest != full.digest)
            throw Error("The full-cache run of prompt " + std::to_string(pair.prompt + 1) + ", seed " +
                        std::to_string(pair.seed) +
                        " gives other bits than when these results were begun (another machine?): its "
                        "results would not fit together, so start anew in another folder.");
        if (earlier == nullptr)
            comparison_.full.push_back({pair, full.cost, full.digest});
        observer_.fullFinished(*comparison_.fullOf(pair), full.picture, earlier != nullptr);
    }

    void compare(const PairId& pair, int choice, const std::vector<at::Tensor>& text, const FullRun& full) {
        const PreparedRequest request = of(choices_[std::size_t(choice)], pair);
        ChoiceRecord record{pair, choice, {}, {}};
        RgbImage picture;
        if (comparison_.settings.teacherForced())
            record.teacherForced = measure(runs_, request, text, full, comparison_.settings.klByLayer);
        if (comparison_.settings.free()) {
            runs_.begin(request.plan.request.policy, "free");
            record.free = runFree(runs_.setup(request, text), full, picture, lpips_);
        }
        comparison_.records.push_back(std::move(record));
        observer_.choiceFinished(comparison_.records.back(), picture);
    }

    const LoadedModel& model_;
    Comparison& comparison_;
    ComparisonObserver& observer_;
    const Lpips* lpips_;
    PreparedRequest full_;
    std::vector<PreparedRequest> choices_; ///< as the settings', of the first pair
    RunSequence runs_;
};

template <typename T>
void refuseTwice(const std::vector<T>& values, const char* what, const auto& text) {
    std::set<T> seen;
    for (const T& value : values)
        if (!seen.insert(value).second)
            throw Error(std::string(what) + " " + text(value) +
                        " stands twice in this comparison; name it once.");
}

} // namespace

const FullRecord* Comparison::fullOf(const PairId& pair) const {
    const auto found =
        std::find_if(full.begin(), full.end(), [&](const FullRecord& record) { return record.pair == pair; });
    return found == full.end() ? nullptr : &*found;
}

const ChoiceRecord* Comparison::recordOf(const PairId& pair, int choice) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const ChoiceRecord& record) {
        return record.pair == pair && record.choice == choice;
    });
    return found == records.end() ? nullptr : &*found;
}

std::string problemOf(const Model& model, const GenerationRequest& request, const PolicyChoice& choice) {
    GenerationRequest tried = request;
    tried.policy = PolicyChoice{};
    (void)prepareRequest(tried, termsOf(model.loaded()));
    try {
        tried.policy = choice;
        (void)prepareRequest(tried, termsOf(model.loaded()));
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

void checkComparison(const ComparisonSettings& settings) {
    if (settings.request.prompts.empty())
        throw Error("There is no prompt to compare with.");
    if (settings.seeds.empty())
        throw Error("There is no seed to compare with.");
    if (settings.choices.empty())
        throw Error("There is no cache policy to compare with the full cache.");
    refuseTwice(settings.request.prompts, "The prompt",
                [](const std::string& p) { return "\"" + printable(p) + "\""; });
    refuseTwice(settings.seeds, "The seed", [](std::uint64_t seed) { return std::to_string(seed); });
    std::vector<std::string> choices; // by their texts, under which results are kept
    for (const PolicyChoice& choice : settings.choices)
        choices.push_back(choice.text());
    refuseTwice(choices, "The policy", [](const std::string& text) { return text; });
}

std::size_t runsLeft(const Comparison& comparison, int layers) {
    const ComparisonSettings& settings = comparison.settings;
    const std::size_t forced =
        settings.teacherForced() ? 1 + (settings.klByLayer ? std::size_t(layers) : 0) : 0;
    const std::size_t ofChoice = forced + (settings.free() ? 1 : 0);
    std::size_t runs = 0;
    forPairsLeft(comparison, [&](const PairId& /*pair*/, const std::vector<int>& missing) {
        runs += 1 + missing.size() * ofChoice;
    });
    return runs;
}

Comparison plannedComparison(const Model& model, ComparisonSettings settings, std::string program) {
    checkComparison(settings);
    settings.klByLayer = settings.klByLayer && settings.teacherForced();
    if (!settings.free())
        settings.lpips.clear();
    const PreparationTerms terms = termsOf(model.loaded());
    Comparison comparison;
    comparison.schedule = prepareRequest(firstRequest(settings, {}), terms).plan.schedule;
    // With the tables that they will use: results are continued only with the same.
    for (PolicyChoice& choice : settings.choices) {
        try {
            choice = prepareRequest(firstRequest(settings, choice), terms).plan.request.policy;
        } catch (const Error& error) { // one of many: which?
            throw Error(choice.text() + " cannot run here: " + error.what());
        }
    }
    comparison.settings = std::move(settings);
    comparison.model = model.identity();
    comparison.precision = model.precision();
    comparison.device = model.device();
    comparison.program = std::move(program);
    return comparison;
}

void runComparison(const Model& model, Comparison& comparison, ComparisonObserver& observer,
                   std::stop_token stop, const Lpips* lpips) {
    // Where nothing is left to measure, no network is needed either.
    const std::string& wanted = comparison.settings.lpips;
    if (!wanted.empty() && !comparison.complete() && (lpips == nullptr || lpips->identity() != wanted))
        throw Error("These results have LPIPS, and the weights that they were begun with are not the ones at "
                    "hand (" +
                    printable(wanted) + "); name those, or their folder in " + kMetricWeightsVariable + ".");
    withPlainErrors([&] {
        observer.started(comparison);
        PairRuns(model, comparison, observer, stop, wanted.empty() ? nullptr : lpips).runAll();
    });
}

} // namespace scalekv
