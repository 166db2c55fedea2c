#pragma once

#include "scalekv/scale_schedule.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

namespace scalekv {

/// The square of latent positions that one token of the transformer carries: one position, or 2×2 of them
/// (spatial patchify, the 8B models). A token then has 4 times the bits of a position, and the VAE's grid is
/// twice the transformer's in each direction.
class TokenPatch {
public:
    /// One position a token.
    constexpr TokenPatch() = default;
    /// 2×2 positions a token.
    static constexpr TokenPatch twoByTwo() { return TokenPatch(2); }

    /// What joins a transformer of `tokenBits` bits a token to a VAE of `latentBits` bits a position; none
    /// where they do not belong together.
    static std::optional<TokenPatch> between(std::int64_t tokenBits, std::int64_t latentBits);
    /// The same, but throws Error where they do not belong together. `what` names the model, or the
    /// transformer's and the VAE's files, in the message.
    static TokenPatch require(std::int64_t tokenBits, std::int64_t latentBits, const std::string& what);

    constexpr int side() const { return side_; } ///< 1 or 2
    constexpr int positions() const { return side_ * side_; }

    /// Bits of a latent position of a model that has so many a token.
    constexpr std::int64_t latentBits(std::int64_t tokenBits) const { return tokenBits / positions(); }
    /// The VAE's grid of a token map.
    MapSize latentMap(MapSize tokens) const { return {side_ * tokens.height, side_ * tokens.width}; }
    ScaleSchedule latentMaps(const ScaleSchedule& tokens) const;

    /// What tokens say of their positions, [B, h, w, side²·d] → [B, side·h, side·w, d].
    at::Tensor toLatent(const at::Tensor& tokens) const;
    /// Codes on the VAE's grid, [B, d, side·h, side·w] → those of the tokens, [B, side²·d, h, w].
    at::Tensor toTokens(const at::Tensor& codes) const;

    bool operator==(const TokenPatch&) const = default;

private:
    explicit constexpr TokenPatch(int side) : side_(side) {}

    int side_ = 1;
};

} // namespace scalekv
