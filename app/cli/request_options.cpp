#include "app/cli/request_options.h"

#include "app/cli/number_list.h"
#include "app/cli/usage_error.h"
#include "scalekv/scale_schedule.h"

#include <algorithm>
#include <limits>
#include <random>

namespace scalekv::cli {
namespace {

/// An option's text as a whole number of `Integer`'s range; CLI11 itself would take "-1" for a huge seed.
template <typename Integer>
Integer parseInteger(const std::string& option, const std::string& text, Integer smallest) {
    const std::optional<Integer> value = wholeNumber<Integer>(text);
    if (!value || *value < smallest)
        throw CLI::ValidationError(option, "'" + text + "' is not a whole number from " +
                                               std::to_string(smallest) + " to " +
                                               std::to_string(std::numeric_limits<Integer>::max()));
    return *value;
}

double checkedRatio(const std::string& text) {
    const double ratio = parseRatio("--ratio", text);
    judged("--ratio", [&] { (void)rotaryExtent(ratio); });
    return ratio;
}

} // namespace

void RequestOptions::addTo(CLI::App& command) {
    command.add_option("--negative", negativePrompt, "What the picture should not be")->type_name("TEXT");
    command
        .add_option_function<std::string>(
            "--seed",
            [this](const std::string& text) { seed = parseInteger<std::uint64_t>("--seed", text, 0); },
            "Same seed, same picture (random)")
        ->type_name("NUMBER");
    addSizeOption(
        command, [this](const std::string& text) { size = text; }, "the model's");
    command
        .add_option_function<std::string>(
            "--ratio", [this](const std::string& text) { aspectRatio = checkedRatio(text); },
            "Height divided by width (1.5), or width:height (2:3)")
        ->type_name("RATIO");
    command
        .add_option_function<std::string>(
            "--cfg", [this](const std::string& text) { cfg = parseNumbers("--cfg", text); },
            "How closely to follow the prompt; 1 = not guided (the model's)")
        ->type_name("NUMBER[,...]");
    command
        .add_option_function<std::string>(
            "--tau", [this](const std::string& text) { tau = parseNumbers("--tau", text); },
            "Sampling temperature (the model's)")
        ->type_name("NUMBER[,...]");
    command
        .add_option_function<std::vector<int>>(
            "--guidance-layer,--cfg-layer", // the second name is the original code's
            [this](const std::vector<int>& layers) { guidanceLayers = layers; },
            "Where guidance acts: 0 = logits, -n = n layers before the end; may be repeated (0)")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("LAYER");
    command
        .add_option_function<std::string>(
            "--top-k", [this](const std::string& text) { topK = parseInteger("--top-k", text, 0); },
            "Values to choose a bit from; 0 = all (the model's)")
        ->type_name("NUMBER");
    command
        .add_option_function<std::string>(
            "--top-p",
            [this](const std::string& text) {
                const std::vector<double> values = parseNumbers("--top-p", text);
                if (values.size() != 1)
                    throw CLI::ValidationError("--top-p", "takes one number");
                topP = values.front();
            },
            "Share of probability to choose a bit from; 0 = all (the model's)")
        ->type_name("NUMBER");
}

GenerationRequest RequestOptions::request(GenerationRequest request) const {
    const auto take = [](const auto& given, auto& setting) {
        if (given)
            setting = *given;
    };
    take(negativePrompt, request.negativePrompt);
    take(seed, request.seed);
    take(size, request.size);
    take(aspectRatio, request.aspectRatio);
    take(cfg, request.cfg);
    take(tau, request.tau);
    take(guidanceLayers, request.guidanceLayers);
    take(topK, request.topK);
    take(topP, request.topP);
    const ScaleSchedule schedule = scaleSchedule(request.size, request.aspectRatio);
    checkOptions(settingProblem(request, {.scales = std::int64_t(schedule.size())}));
    return request;
}

void addSizeOption(CLI::App& command, const std::function<void(const std::string&)>& take,
                   const std::string& what) {
    const auto checked = [take](const std::string& text) {
        judged("--size", [&] { (void)scaleSchedule(text, 1.0); });
        take(text);
    };
    std::string sizes;
    for (const std::string_view size : imageSizes())
        sizes += (sizes.empty() ? "" : size == imageSizes().back() ? " or " : ", ") + std::string(size);
    command.add_option_function<std::string>("--size", checked, sizes + " pixels (" + what + ")")
        ->type_name("SIZE");
}

void checkOptions(const std::optional<SettingProblem>& problem) {
    if (!problem)
        return;
    std::string name = problem->field;
    std::replace(name.begin(), name.end(), '_', '-');
    // Options that are named for one of several, or shorter.
    const std::string option = name == "guidance-layers" ? "guidance-layer"
                               : name == "drafter-share" ? "drafters"
                                                         : name;
    throw CLI::ValidationError("--" + option, problem->why);
}

std::uint64_t randomSeed() {
    return std::random_device{}();
}

} // namespace scalekv::cli
