#pragma once

#include "engine/cache/spectral/gaussian_quantizer.h"
#include "engine/cache/spectral/map_spectrum.h"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace scalekv {

/// Keys and values of one token map of one head as bytes: spectrum, then as many bits for each of its numbers
/// as pay most (reverse water-filling, Cover & Thomas, section 10.3.3), by quantisers of normal
/// distributions.
///
/// What the bytes hold: the weight of keys against values, then for keys and for values the level of each
/// band and of each channel, all in half octaves of energy; from these follows how many bits every channel
/// has in every band; then the codes, frequency by frequency. For one thread.
class SpectralCode {
public:
    enum Kind : std::uint8_t { kKeys, kValues, kKinds };

    /// The spectrum must outlive it.
    SpectralCode(const MapSpectrum& spectrum, std::int64_t headDim);

    /// Bytes before the codes.
    static std::int64_t headBytes(std::size_t bands, std::int64_t headDim);

    /// tokens [n, 2·D] fp32, of each the key, then the value → all of `out`, whose size decides how well.
    /// `common` [2·D]: what all have in common anyway and decode() is told again; empty: nothing.
    /// `queryNorm`: ‖q‖ with the attention's scale in it, by which an error of a key counts.
    void encode(const at::Tensor& tokens, std::span<const float> common, float queryNorm,
                std::span<std::byte> out);

    /// What a thread needs to decode with.
    struct Buffers {
        std::vector<float> spectra, between, tokens;
    };
    /// Up to kLanes channels of the keys or of the values, from `channel` on: tokens [n, kLanes].
    using Take =
        std::function<void(Kind kind, std::int64_t channel, std::int64_t channels, const float* tokens)>;
    void decode(std::span<const std::byte> in, std::span<const float> common, Buffers& buffers,
                const Take& take);

private:
    /// The numbers of one channel in one band.
    struct Cell {
        std::int64_t channel = 0; ///< of the keys, then of the values
        std::int64_t place = 0;   ///< of the channel's first number in Buffers::spectra
        int bits = 0;
        float deviation = 0;
        const GaussianQuantizer* quantizer = nullptr;
        const float* levels = nullptr; ///< the quantiser's
    };
    struct Head;
    /// Spectra are decoded kLanes channels side by side, [n, kLanes] for each such group of a kind.
    std::int64_t groups() const { return (dim_ + kLanes - 1) / kLanes; }
    std::int64_t placeOf(Kind kind, std::int64_t channel) const;
    float meanFactor() const;
    Head headOf(const at::Tensor& spectrum, float queryNorm) const;
    void divide(const Head& head, std::int64_t bits);

    const MapSpectrum& spectrum_;
    std::int64_t dim_;
    std::vector<int> profile_;             ///< a band: what its errors count, in half octaves
    std::vector<std::vector<Cell>> cells_; ///< a band: those with any bits, by channel
};

} // namespace scalekv
