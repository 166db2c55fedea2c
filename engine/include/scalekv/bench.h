#pragma once

#include "scalekv/layer_attention.h"
#include "scalekv/policy_choice.h"
#include "scalekv/report.h"

#include <array>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace scalekv {

/// The shapes that can be measured, by the names under which they were published.
std::span<const std::string_view> benchShapes();
inline constexpr std::array<std::string_view, 2> kBenchTypes{"bf16", "fp32"};

/// What to measure. Weights are random: only shapes matter for time and memory.
struct BenchOptions {
    std::string shape = "layer12"; ///< one of benchShapes()
    std::string size = "0.25M";
    std::string dtype = "bf16"; ///< one of kBenchTypes
    /// What stays in the cache. Random weights have no calibration: every sixteenth layer counts as a
    /// drafter, as in the released budgets.
    PolicyChoice policy;
    std::optional<AttentionProbeOptions> probe = {}; ///< measure what looking at attention costs, too
    bool kept = false;                               ///< and what noting the kept tokens does
};

struct BenchReport {
    BenchOptions options;
    GenerationReport generation;     ///< one picture, guided, without previews
    double gemmRate = 0;             ///< FLOP/s of one large GEMM, measured in the same run (best of several)
    std::vector<double> linearFlops; ///< a scale: products with weights
    std::vector<double> attentionFlops; ///< a scale
    double decodeFlops = 0;             ///< of the final picture
    std::int64_t predictedKvBytes = 0;  ///< by formula; must equal generation.peakKvBytes
    std::int64_t fullCacheBytes = 0;    ///< what a full cache would hold at most
    std::int64_t weightBytes = 0;
    std::int64_t residentBytesBefore = 0;    ///< of the process once the weights are there
    std::int64_t peakResidentBytes = 0;      ///< most while generating
    std::int64_t predictedResidentBytes = 0; ///< before, and what the memory estimate adds
    int threads = 0;
    std::string cpuCapability; ///< vector instructions that LibTorch uses
};

/// Builds random weights of a shape in memory and generates one picture. Throws Error for unknown names,
/// Cancelled.
BenchReport runBench(const BenchOptions& options, std::stop_token stop = {});

std::string toText(const BenchReport& report);
std::string toJson(const BenchReport& report);

} // namespace scalekv
