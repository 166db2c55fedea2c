#pragma once

#include <cstdint>

namespace scalekv {

/// Channels that are summed side by side.
inline constexpr std::int64_t kLanes = 16;

/// out[i] = Σ_k waves[k] [i] · in[k] over the first `count` waves, for all places i of a line of n, of kLanes
/// channels each.
///
/// waves [n, n]: row k a cosine of k half waves over the line (DCT-II), so one of an even k is the same seen
/// from the other end, and one of an odd k the same with the other sign: both ends come from the same two
/// sums, for half the multiplications. `in` and `out`: a place every `inStride` and `outStride` numbers.
void sumHalfWaves(const float* waves, std::int64_t n, std::int64_t count, const float* in,
                  std::int64_t inStride, float* out, std::int64_t outStride);

} // namespace scalekv
