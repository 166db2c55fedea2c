#pragma once

#include "engine/io/checkpoint.h"
#include "scalekv/metric_weights.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>

/// What the fixtures of tests/data/metrics were made with. make_fixtures.py has the same rule.
namespace scalekv::test {

std::filesystem::path metricsFolder();
/// The figures of the Python packages.
const nlohmann::json& expectedMetrics();

/// The tensors of a network ("alexnet", "vgg16", "squeezenet1_1", "inception", "lpips_alex", …) with seeded
/// random numbers.
std::map<std::string, at::Tensor> seededWeights(const std::string& network);

/// Their names in weights.json: "alexnet" …
std::string trunkName(LpipsNet net);

/// Writes the files of a net into a folder and gives their paths.
MetricWeights seededLpips(const std::filesystem::path& folder, LpipsNet net);

} // namespace scalekv::test
