#include "app/cli/attention_report.h"

#include "scalekv/error.h"

#include <array>
#include <charconv>
#include <string_view>

namespace scalekv::cli {
namespace {

Json headJson(const HeadAttention& head) {
    return {{"asi", numberOrNull(head.asi())},
            {"current_mass", numberOrNull(head.current)},
            {"top_mass", numberOrNull(head.top)},
            {"entropy", numberOrNull(head.entropy)},
            {"mass_by_scale", head.mass}};
}

Json mapJson(const AttentionMap& map) {
    return {{"head", map.of.head},    {"sequence", map.of.sequence},
            {"queries", map.queries}, {"tokens", map.tokens},
            {"rows", map.rows},       {"columns", map.columns},
            {"values", map.values},   {"received", map.received}};
}

/// "3:9:0" or "3:9:0:1": layer, scale (from 0), head, sequence.
AttentionMapChoice parseMap(std::string_view text) {
    std::array<std::int64_t, 4> numbers{};
    std::size_t count = 0;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    while (count < numbers.size()) {
        const auto [next, problem] = std::from_chars(at, end, numbers[count]);
        if (problem != std::errc() || numbers[count] < 0)
            break;
        ++count;
        at = next;
        if (at == end || *at != ':')
            break;
        ++at;
    }
    if (count < 3 || at != end)
        throw CLI::ValidationError("--attention-map", "'" + std::string(text) +
                                                          "' is not LAYER:SCALE:HEAD or "
                                                          "LAYER:SCALE:HEAD:SEQUENCE, counted from 0");
    return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

} // namespace

void AttentionOptions::addTo(CLI::App& command) {
    const std::string group = "Attention";
    command
        .add_option("--attention", file_,
                    "Write what each layer's attention did, as JSON: selectivity, mass by scale, entropy")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option_function<std::vector<std::string>>(
            "--attention-map",
            [this](const std::vector<std::string>& texts) {
                for (const std::string& text : texts)
                    maps_.push_back(parseMap(text));
            },
            "Also this attention map; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("LAYER:SCALE:HEAD")
        ->group(group);
    command
        .add_option("--attention-queries", queries_,
                    "Queries to look at, per head, spread over the map; 0 = all (" +
                        std::to_string(queries_) + ")")
        ->check(CLI::NonNegativeNumber)
        ->type_name("NUMBER")
        ->group(group);
}

std::optional<AttentionProbeOptions> AttentionOptions::probe() const {
    if (!wanted()) {
        if (!maps_.empty())
            throw Error("--attention-map needs a file for the map: name one with --attention.");
        return std::nullopt;
    }
    AttentionProbeOptions options;
    options.queries = queries_;
    options.mass = true;
    options.entropy = true;
    options.maps = maps_;
    return options;
}

Json attentionJson(const LayerAttention& attention) {
    Json heads = Json::array();
    for (const HeadAttention& head : attention.heads)
        heads.push_back(headJson(head));
    Json maps = Json::array();
    for (const AttentionMap& map : attention.maps)
        maps.push_back(mapJson(map));
    return {{"scale", attention.scale},
            {"layer", attention.layer},
            {"history_entries", attention.history},
            {"top_entries", attention.top},
            {"queries", attention.queries},
            {"mean", headJson(attention.mean)},
            {"heads", std::move(heads)},
            {"maps", std::move(maps)}};
}

} // namespace scalekv::cli
