#pragma once

#include "engine/cache/spectral/gaussian_quantizer.h"
#include "engine/cache/spectral/map_spectrum.h"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// Keys and values of one token map of one head as bytes: spectrum, then as many bits for each of its numbers
/// as pay most (reverse water-filling, Cover & Thomas, section 10.3.3), by quantisers of normal distributions.
///
/// What the bytes hold: the weight of keys against values, then for keys and for values the level of each band and of each
/// channel, all in half octaves of energy; from these the number of bits of every band of every channel
/// follows; then the codes, frequency by frequency. Buffers of one thread.
class SpectralCode {
public:
    /// The spectrum must outlive it.
    SpectralCode(const MapSpectrum& spectrum, std::int64_t headDim);

    /// Bytes before the codes.
    static std::int64_t headBytes(std::size_t bands, std::int64_t headDim);

    /// keys, values [n, D] fp32 (their common mean taken away) → all of `out`, whose size decides how well.
    /// `queryNorm`: ‖q‖ with the attention's scale in it, by which an error of a key counts.
    void encode(const at::Tensor& keys, const at::Tensor& values, float queryNorm, std::span<std::byte> out);
    struct Decoded {
        at::Tensor keys, values; ///< [n, D] fp32
    };
    Decoded decode(std::span<const std::byte> in);

private:
    /// The numbers of one channel in one band.
    struct Cell {
        std::int32_t channel = 0;
        int bits = 0;
        float deviation = 0;
        const GaussianQuantizer* quantizer = nullptr;
    };
    struct Head;
    void divide(const Head& head, std::int64_t bits);
    std::vector<Cell>& cells(int kind, int band) { return cells_[std::size_t(2 * band + kind)]; }

    const MapSpectrum& spectrum_;
    std::int64_t dim_;
    std::vector<int> profile_;             ///< a band: what its errors count, in half octaves
    std::vector<std::vector<Cell>> cells_; ///< [2 · band + kind]: those with any bits, by channel
};

} // namespace scalekv
