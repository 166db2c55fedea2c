#pragma once

#include "engine/image/vae.h"
#include "engine/model/transformer.h"
#include "engine/text/t5_encoder.h"
#include "engine/text/tokenizer.h"
#include "scalekv/pipeline.h"
#include "scalekv/roles.h"

#include <optional>

namespace scalekv {

/// What a Model holds, for sources that see LibTorch.
struct Model::Parts {
    ModelFiles files;
    Tokenizer tokenizer;
    T5Encoder textEncoder;
    Transformer transformer;
    Vae vae;
    bool spatialPatchify = false;   ///< a token carries 2×2 latent positions
    std::optional<RoleTable> roles; ///< drafters and refiners, where a calibration lies beside the model
    std::vector<std::string> notes;
};

} // namespace scalekv
