#pragma once

#include "engine/pipeline/pace.h"
#include "engine/pipeline/prepare.h"
#include "scalekv/comparison.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <span>

/// The single generations of a comparison.
namespace scalekv {

/// One run. `text` is what encodeText() gives for the request; `progressed` is called after every layer, and
/// may be empty.
struct RunSetup {
    const LoadedModel& model;
    const PreparedRequest& request;
    const std::vector<at::Tensor>& text;
    Pace& pace; ///< stands in this run
    std::function<void()> progressed;
    std::stop_token stop;
};

/// What others are compared with.
struct FullRun {
    std::vector<at::Tensor> logits; ///< a scale: [1, L, 2·bits] fp32, after temperature and guidance
    std::vector<ScaleBits> bits;
    RgbImage picture; ///< empty unless it was asked for
    std::string digest;
    RunCost cost;
};

FullRun runFull(const RunSetup& setup, bool decode);

/// A run that was made, fed with its own bits, for its logits.
FullRun runAgain(const RunSetup& setup, std::span<const ScaleBits> bits);

/// The request's policy is fed the full run's bits; what it would have drawn, with the same random numbers,
/// is compared.
TeacherForcedFigures runTeacherForced(const RunSetup& setup, const FullRun& full);

/// The request's policy by itself. `lpips` may be null.
FreeFigures runFree(const RunSetup& setup, const FullRun& full, RgbImage& picture, const Lpips* lpips);

} // namespace scalekv
