#pragma once

#include "engine/io/checkpoint.h"

#include <vector>

namespace scalekv {

/// A decoder-only VAE checkpoint with random weights: three residual blocks a level, as the releases have.
/// `multipliers` of `baseChannels`, from full resolution to latent.
Checkpoint randomVae(std::int64_t bits, std::int64_t baseChannels,
                     const std::vector<std::int64_t>& multipliers);

} // namespace scalekv
