#pragma once

#include "engine/image/vae_shape.h"
#include "engine/io/checkpoint.h"

namespace scalekv {

/// A VAE checkpoint with random weights, of the decoder alone.
Checkpoint randomVae(const VaeShape& shape);

} // namespace scalekv
