#pragma once

#include "engine/pipeline/loaded_model.h"
#include "scalekv/comparison.h"

#include <ATen/core/Tensor.h>

#include <functional>

/// The single generations of a comparison.
namespace scalekv {

/// What all runs of a pair share. `request` names prompt, seed and policy; `text` is what encodeText() gives
/// for it; `share` is told the share of this run's work that is done, and may be empty.
struct RunSetup {
    const Model::Parts& parts;
    const GenerationRequest& request;
    const std::vector<at::Tensor>& text;
    std::function<void(double share)> share;
    std::stop_token stop;
};

/// What others are compared with.
struct FullRun {
    std::vector<at::Tensor> logits; ///< a scale: [1, L, 2·bits] fp32, after temperature and guidance
    std::vector<at::Tensor> bits;   ///< a scale: [1, h, w, d] uint8
    RgbImage picture;               ///< empty unless it was asked for
    std::string digest;
    RunCost cost;
};

FullRun runFull(const RunSetup& setup, bool decode);

/// The request's policy is fed the full run's bits; what it would have drawn, with the same random numbers,
/// is compared.
TeacherForcedFigures runTeacherForced(const RunSetup& setup, const FullRun& full);

/// The request's policy by itself.
FreeFigures runFree(const RunSetup& setup, const FullRun& full, RgbImage& picture);

} // namespace scalekv
