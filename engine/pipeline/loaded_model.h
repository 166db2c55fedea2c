#pragma once

#include "engine/image/vae.h"
#include "engine/model/token_patch.h"
#include "engine/model/transformer.h"
#include "engine/pipeline/speed.h"
#include "engine/text/t5_encoder.h"
#include "engine/text/tokenizer.h"
#include "scalekv/head_kinds.h"
#include "scalekv/head_orders.h"
#include "scalekv/model.h"
#include "scalekv/roles.h"

#include <memory>
#include <optional>

namespace scalekv {

/// What a Model holds, for sources that see LibTorch.
struct LoadedModel {
    ModelFiles files;
    ModelIdentity identity;
    Tokenizer tokenizer;
    T5Encoder textEncoder;
    Transformer transformer;
    Vae vae;
    TokenPatch patch;               ///< what joins the transformer's tokens to the VAE's positions
    std::optional<RoleTable> roles; ///< drafters and refiners, where a calibration lies beside the model
    std::optional<HeadOrders> headOrders; ///< the order in which heads drop, where it says that, too
    std::optional<HeadKinds> headKinds;   ///< how heads look back, likewise
    std::vector<std::string> notes;
    /// How fast this machine runs it. Learns from every generation; no result depends on it.
    std::unique_ptr<LearnedSpeed> speed;
};

} // namespace scalekv
