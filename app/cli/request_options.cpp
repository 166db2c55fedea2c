#include "app/cli/request_options.h"

#include "app/cli/number_list.h"
#include "scalekv/error.h"
#include "scalekv/scale_schedule.h"

#include <charconv>
#include <limits>
#include <random>

namespace scalekv::cli {
namespace {

/// An option's text as a whole number of `Integer`'s range; CLI11 itself would take "-1" for a huge seed.
template <typename Integer>
Integer parseInteger(const std::string& option, const std::string& text, Integer smallest) {
    Integer value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value < smallest)
        throw CLI::ValidationError(option, "'" + text + "' is not a whole number from " +
                                               std::to_string(smallest) + " to " +
                                               std::to_string(std::numeric_limits<Integer>::max()));
    return value;
}

void checkSize(const std::string& size) {
    try {
        (void)scaleSchedule(size, 1.0);
    } catch (const Error& error) {
        throw CLI::ValidationError("--size", error.what());
    }
}

double checkedRatio(const std::string& text) {
    const double ratio = parseRatio("--ratio", text);
    try {
        (void)rotaryExtent(ratio);
    } catch (const Error& error) {
        throw CLI::ValidationError("--ratio", error.what());
    }
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
    command
        .add_option_function<std::string>(
            "--size",
            [this](const std::string& text) {
                checkSize(text);
                size = text;
            },
            "0.06M, 0.25M, 0.60M or 1M pixels (the model's)")
        ->type_name("SIZE");
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
    return request;
}

std::uint64_t randomSeed() {
    return std::random_device{}();
}

} // namespace scalekv::cli
