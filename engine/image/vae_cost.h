#pragma once

#include "engine/image/vae_layout.h"
#include "scalekv/scale_schedule.h"

#include <cstdint>

namespace scalekv {

/// Multiply-adds ×2 of the convolutions of the VAE's decoder, for one picture of a latent map.
double decodeFlops(const VaeShape& shape, MapSize latent);

/// Most bytes of activations alive at once inside the decoder, for one picture. `element`: bytes of the
/// compute type.
std::int64_t decodeBytes(const VaeShape& shape, MapSize latent, std::int64_t element);

/// Numbers of the largest map that a convolution of the decoder takes in, for one picture.
std::int64_t largestConvolved(const VaeShape& shape, MapSize latent);

namespace vae {

/// Weights and biases of all the steps' layers.
std::int64_t parametersOf(const std::vector<Step>& steps);

} // namespace vae
} // namespace scalekv
