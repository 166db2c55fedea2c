#pragma once

#include "engine/study/metrics/conv_net.h"
#include "scalekv/metric_weights.h"

namespace scalekv {

/// Torchvision's features of a net, in the parts after each of which LPIPS looks at them.
struct LpipsNetwork {
    std::vector<std::vector<Block>> stages;
    std::vector<at::Tensor> heads; ///< a stage: [C, 1, 1]
};

/// Whether a file's tensors are those of a net's trunk or of its heads, by the few that tell it from others.
bool looksLikeTrunk(const Checkpoint& checkpoint, LpipsNet net);
bool looksLikeHeads(const Checkpoint& checkpoint, LpipsNet net);

/// Throws Error as Weights::take().
LpipsNetwork readLpips(LpipsNet net, const Checkpoint& trunk, const Checkpoint& heads, at::Device device);

/// x: [1, 3, H, W] in −1 … 1, as the first stage takes it.
at::Tensor lpipsInput(const at::Tensor& x);

/// Σ_c w_c (â_c − b̂_c)² of two maps [1, C, h, w], the mean over positions; â = a / √(Σ a² + 10⁻⁸). A scalar
/// in double where the maps are.
at::Tensor lpipsLayer(const at::Tensor& a, const at::Tensor& b, const at::Tensor& head);

} // namespace scalekv
