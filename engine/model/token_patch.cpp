#include "engine/model/token_patch.h"

#include "scalekv/error.h"

#include <ATen/ATen.h>

namespace scalekv {

std::optional<TokenPatch> TokenPatch::between(std::int64_t tokenBits, std::int64_t latentBits) {
    for (const TokenPatch patch : {TokenPatch(), twoByTwo()})
        if (latentBits > 0 && tokenBits == patch.positions() * latentBits)
            return patch;
    return std::nullopt;
}

TokenPatch TokenPatch::require(std::int64_t tokenBits, std::int64_t latentBits, const std::string& what) {
    if (const std::optional<TokenPatch> patch = between(tokenBits, latentBits))
        return *patch;
    throw Error(what + ": the transformer's " + std::to_string(tokenBits) +
                " bits a token do not fit the VAE's " + std::to_string(latentBits) +
                " bits, which need as many, or " + std::to_string(twoByTwo().positions() * latentBits) +
                " with 2×2 patches.");
}

ScaleSchedule TokenPatch::latentMaps(const ScaleSchedule& tokens) const {
    ScaleSchedule maps;
    maps.reserve(tokens.size());
    for (const MapSize& map : tokens)
        maps.push_back(latentMap(map));
    return maps;
}

at::Tensor TokenPatch::toLatent(const at::Tensor& tokens) const {
    return side_ == 1 ? tokens : at::pixel_shuffle(tokens.permute({0, 3, 1, 2}), side_).permute({0, 2, 3, 1});
}

at::Tensor TokenPatch::toTokens(const at::Tensor& codes) const {
    return side_ == 1 ? codes : at::pixel_unshuffle(codes, side_);
}

} // namespace scalekv
