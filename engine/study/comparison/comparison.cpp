#include "scalekv/comparison.h"

#include "engine/pipeline/generation.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/comparison/comparison_runs.h"
#include "scalekv/error.h"

#include <algorithm>
#include <set>

namespace scalekv {
namespace {

/// The request for a prompt and seed with the full cache.
GenerationRequest fullRequest(const ComparisonSettings& settings, const PairId& pair) {
    GenerationRequest request = settings.request;
    request.prompts = {settings.prompts[std::size_t(pair.prompt)]};
    request.seed = pair.seed;
    request.preview = Preview::None;
    request.policy = PolicyChoice{};
    return request;
}

/// Choices of a pair that have not been measured.
std::vector<int> missingChoices(const Comparison& comparison, const PairId& pair) {
    std::vector<int> missing;
    for (int choice = 0; choice < int(comparison.settings.choices.size()); ++choice)
        if (comparison.recordOf(pair, choice) == nullptr)
            missing.push_back(choice);
    return missing;
}

/// Counts the runs of one call, and passes their progress on.
class RunCounter {
public:
    RunCounter(ComparisonObserver& observer, int runs) : observer_(observer) { progress_.runs = runs; }

    /// A new run begins; gives what to call as it goes on.
    std::function<void(double)> begin(std::string what) {
        const int before = progress_.run++;
        progress_.what = std::move(what);
        tell(before, 0);
        return [this, before](double share) { tell(before, share); };
    }

private:
    void tell(int before, double share) {
        progress_.workDone = (before + share) / progress_.runs;
        observer_.progressed(progress_);
    }

    ComparisonObserver& observer_;
    ComparisonProgress progress_;
};

/// The runs of one prompt and seed.
class PairRuns {
public:
    PairRuns(const Model& model, Comparison& comparison, ComparisonObserver& observer, RunCounter& counter,
             std::stop_token stop)
        : parts_(model.parts()), comparison_(comparison), observer_(observer), counter_(counter),
          stop_(std::move(stop)) {}

    void run(const PairId& pair, const std::vector<int>& choices, const std::vector<at::Tensor>& text) {
        const GenerationRequest request = fullRequest(comparison_.settings, pair);
        const FullRun full = runFull({parts_, request, text, counter_.begin("full cache"), stop_},
                                     comparison_.settings.free());
        keep(pair, full);
        for (const int choice : choices)
            compare(pair, choice, request, text, full);
    }

private:
    void keep(const PairId& pair, const FullRun& full) {
        const FullRecord* earlier = comparison_.fullOf(pair);
        if (earlier != nullptr && earlier->digest != full.digest)
            throw Error(
                "The full-cache run of prompt " + std::to_string(pair.prompt + 1) + ", seed " +
                std::to_string(pair.seed) +
                " gives other bits than when these results were begun (another machine, or another model of "
                "that name?): its results would not fit together, so start anew in another folder.");
        if (earlier == nullptr)
            comparison_.full.push_back({pair, full.cost, full.digest});
        observer_.fullFinished(*comparison_.fullOf(pair), full.picture, earlier != nullptr);
    }

    void compare(const PairId& pair, int choice, GenerationRequest request,
                 const std::vector<at::Tensor>& text, const FullRun& full) {
        request.policy = comparison_.settings.choices[std::size_t(choice)];
        const std::string name = request.policy.text();
        ChoiceRecord record{pair, choice, {}, {}};
        RgbImage picture;
        if (comparison_.settings.teacherForced())
            record.teacherForced = runTeacherForced(
                {parts_, request, text, counter_.begin(name + ", teacher-forced"), stop_}, full);
        if (comparison_.settings.free())
            record.free =
                runFree({parts_, request, text, counter_.begin(name + ", free"), stop_}, full, picture);
        comparison_.records.push_back(std::move(record));
        observer_.choiceFinished(comparison_.records.back(), picture);
    }

    const Model::Parts& parts_;
    Comparison& comparison_;
    ComparisonObserver& observer_;
    RunCounter& counter_;
    std::stop_token stop_;
};

/// Generations that are left to do: a pair that misses anything needs its full run.
int runsLeft(const Comparison& comparison) {
    const ComparisonSettings& settings = comparison.settings;
    const int each = (settings.teacherForced() ? 1 : 0) + (settings.free() ? 1 : 0);
    int runs = 0;
    for (int prompt = 0; prompt < int(settings.prompts.size()); ++prompt)
        for (const std::uint64_t seed : settings.seeds)
            if (const int missing = int(missingChoices(comparison, {prompt, seed}).size()); missing > 0)
                runs += 1 + each * missing;
    return runs;
}

template <typename T>
void refuseTwice(const std::vector<T>& values, const char* what, const auto& text) {
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (values[i] == values[j])
                throw Error(std::string(what) + " " + text(values[i]) +
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
    (void)nextScaleSettings(tried, model.parts());
    try {
        tried.policy = choice;
        (void)nextScaleSettings(tried, model.parts());
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

Comparison plannedComparison(const Model& model, ComparisonSettings settings, std::string program) {
    if (settings.prompts.empty())
        throw Error("There is no prompt to compare with.");
    if (settings.seeds.empty())
        throw Error("There is no seed to compare with.");
    if (settings.choices.empty())
        throw Error("There is no cache policy to compare with the full cache.");
    refuseTwice(settings.prompts, "The prompt", [](const std::string& p) { return "\"" + p + "\""; });
    refuseTwice(settings.seeds, "The seed", [](std::uint64_t seed) { return std::to_string(seed); });
    for (std::size_t i = 0; i < settings.choices.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (settings.choices[i].text() == settings.choices[j].text())
                throw Error("The policy " + settings.choices[i].text() +
                            " stands twice in this comparison; name it once.");
    GenerationRequest request = fullRequest(settings, {0, settings.seeds.front()});
    Comparison comparison;
    comparison.schedule = nextScaleSettings(request, model.parts()).schedule;
    for (const PolicyChoice& choice : settings.choices) {
        request.policy = choice;
        (void)nextScaleSettings(request, model.parts());
    }
    comparison.settings = std::move(settings);
    comparison.model = model.files().name;
    comparison.parameters = model.parameters();
    comparison.precision = model.precision();
    comparison.device = model.device();
    comparison.program = std::move(program);
    return comparison;
}

void runComparison(const Model& model, Comparison& comparison, ComparisonObserver& observer,
                   std::stop_token stop) {
    withPlainErrors([&] {
        RunCounter counter(observer, runsLeft(comparison));
        PairRuns runs(model, comparison, observer, counter, stop);
        for (int prompt = 0; prompt < int(comparison.settings.prompts.size()); ++prompt) {
            std::vector<at::Tensor> text; // encoded when the first seed needs it
            for (const std::uint64_t seed : comparison.settings.seeds) {
                const PairId pair{prompt, seed};
                const std::vector<int> missing = missingChoices(comparison, pair);
                if (missing.empty())
                    continue;
                if (text.empty()) {
                    const GenerationRequest request = fullRequest(comparison.settings, pair);
                    text = encodeText(model.parts(), request,
                                      nextScaleSettings(request, model.parts()).guided(), stop);
                }
                runs.run(pair, missing, text);
            }
        }
    });
}

} // namespace scalekv
