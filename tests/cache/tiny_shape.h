#pragma once

#include "engine/model/transformer_shape.h"

namespace scalekv::test {

/// A transformer that runs in no time.
inline TransformerShape tinyShape(std::int64_t layers, std::int64_t heads) {
    TransformerShape shape;
    shape.layers = layers;
    shape.width = 32;
    shape.heads = heads;
    shape.feedForward = 64;
    shape.bits = 4;
    shape.textWidth = 16;
    shape.poolHeads = 2;
    shape.levels = 13;
    shape.uncondTokens = 8;
    return shape;
}

} // namespace scalekv::test
