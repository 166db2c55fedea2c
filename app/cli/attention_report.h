#pragma once

#include "app/cli/json_output.h"
#include "scalekv/layer_attention.h"

#include <CLI/CLI.hpp>

#include <optional>

namespace scalekv::cli {

/// `--attention FILE`: what each layer's attention did in one picture, as JSON.
class AttentionOptions {
public:
    void addTo(CLI::App& command);
    bool wanted() const { return !file_.empty(); }
    std::optional<AttentionProbeOptions> probe() const;
    const std::string& file() const { return file_; }

private:
    std::string file_;
    std::int64_t queries_ = AttentionProbeOptions().queries;
};

/// One layer at one scale. What there is none of (selectivity without a history) is null.
Json attentionJson(const LayerAttention& attention);

} // namespace scalekv::cli
