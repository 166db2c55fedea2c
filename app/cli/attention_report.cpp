#include "app/cli/attention_report.h"

namespace scalekv::cli {
namespace {

Json headJson(const HeadAttention& head) {
    return {{"asi", numberOrNull(head.asi())},
            {"current_mass", numberOrNull(head.current)},
            {"top_mass", numberOrNull(head.top)},
            {"entropy", numberOrNull(head.entropy)},
            {"mass_by_scale", head.mass}};
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
        .add_option("--attention-queries", queries_,
                    "Queries to look at, per head, spread over the map; 0 = all (" +
                        std::to_string(queries_) + ")")
        ->check(CLI::NonNegativeNumber)
        ->type_name("NUMBER")
        ->group(group);
}

std::optional<AttentionProbeOptions> AttentionOptions::probe() const {
    if (!wanted())
        return std::nullopt;
    AttentionProbeOptions options;
    options.queries = queries_;
    options.mass = true;
    options.entropy = true;
    return options;
}

Json attentionJson(const LayerAttention& attention) {
    Json heads = Json::array();
    for (const HeadAttention& head : attention.heads)
        heads.push_back(headJson(head));
    return {{"scale", attention.scale},
            {"layer", attention.layer},
            {"history_entries", attention.history},
            {"top_entries", attention.top},
            {"queries", attention.queries},
            {"mean", headJson(attention.mean)},
            {"heads", std::move(heads)}};
}

} // namespace scalekv::cli
