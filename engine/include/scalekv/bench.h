#pragma once

#include "scalekv/layer_attention.h"
#include "scalekv/policy_choice.h"
#include "scalekv/report.h"

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace scalekv {

/// The shapes that can be measured, by the names under which they were published.
std::span<const std::string_view> benchShapes();
inline constexpr std::array<std::string_view, 2> kBenchTypes{"bf16", "fp32"};

/// What to measure. Weights are random: only shapes matter for time and memory.
struct BenchOptions {
    std::string shape = "layer12"; ///< one of benchShapes()
    std::string size = "0.25M";
    std::string dtype = "bf16"; ///< one of kBenchTypes
    std::string device = "cpu"; ///< as LoadOptions has it
    int batch = 1;              ///< pictures at once
    /// What stays in the cache. Random weights have no calibration: every sixteenth layer counts as a
    /// drafter, as in the released budgets.
    PolicyChoice policy;
    std::optional<AttentionProbeOptions> probe = {}; ///< measure what looking at attention costs, too
    bool kept = false;                               ///< and what noting the kept tokens does
    /// Off the CPU: one more run, in which the device's work is counted, launch by launch.
    bool trace = false;
};

/// What a device was given to do for one run, as LibTorch's profiler saw it.
struct DeviceTrace {
    struct Kernel {
        std::string name;
        std::int64_t launches = 0;
        double seconds = 0;
    };
    std::int64_t launches = 0; ///< kernels
    std::int64_t uploads = 0;  ///< copies from the host, and to it
    std::int64_t downloads = 0;
    std::int64_t waits = 0;      ///< the host waiting for the device
    double busySeconds = 0;      ///< of all kernels and copies
    std::vector<Kernel> kernels; ///< most time first
};

struct BenchReport {
    BenchOptions options;
    std::string failure;             ///< why there is nothing else, such as too little memory; empty: it ran
    GenerationReport generation;     ///< guided, without previews; off the CPU after a run that warms up
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
    std::int64_t deviceBytesBefore = 0;      ///< the same of a device, as its allocator counts
    std::int64_t peakDeviceBytes = 0;
    std::int64_t predictedDeviceBytes = 0;
    std::optional<DeviceTrace> trace = {};
    int threads = 0;
    std::string cpuCapability; ///< vector instructions that LibTorch uses
};

/// Builds random weights of a shape in memory and generates one picture (or a batch). Throws Error for
/// unknown names, Cancelled.
BenchReport runBench(const BenchOptions& options, std::stop_token stop = {});
/// Several, one after the other; weights are built anew only where shape, type or device change. `done` gets
/// each as it is ready. One that fails says so in its report, and the others follow.
void runBenches(std::span<const BenchOptions> all, const std::function<void(const BenchReport&)>& done,
                std::stop_token stop = {});

std::string toText(const BenchReport& report);
/// One line of a table over several runs, and the line above them.
std::string benchTableHead();
std::string benchTableLine(const BenchReport& report);
std::string toJson(const BenchReport& report);

} // namespace scalekv
