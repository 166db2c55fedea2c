#pragma once

#include "scalekv/metric_weights.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace scalekv::cli {

/// An option for what findMetricWeights() looks through.
inline void addMetricWeightsOption(CLI::App& command, const std::string& option,
                                   std::vector<std::string>& paths, const std::string& help) {
    command.add_option(option, paths, help + " (the folder that " + kMetricWeightsVariable + " names)")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("PATH");
}

} // namespace scalekv::cli
