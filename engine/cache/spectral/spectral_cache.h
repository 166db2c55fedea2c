#pragma once

#include "engine/cache/layer_store.h"
#include "engine/cache/map_scratch.h"
#include "engine/cache/spectral/map_spectrum.h"
#include "engine/cache/spectral/spectral_code.h"
#include "engine/cache/spectral/spectral_rates.h"
#include "engine/model/attention.h"
#include "engine/model/rotary.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// Storage of keys and values as spectra: of every map, for each sequence and head, as many bytes as
/// SpectralRates says. Attention reads a layer's history from one room that all layers share, into which
/// it is decoded.
///
/// Keys are coded as they were before rotation, which would turn neighbours into strangers. Codes lie in
/// the computer's memory whatever the device.
class SpectralCache final : public LayerStore {
public:
    struct Layout {
        std::vector<std::int64_t> sequences; ///< S of each layer; 0: it stores nothing here
        std::int64_t heads = 0;
        bool positions = false; ///< LayerState::positions are wanted
    };
    /// `angles`: of every scale, on any device. The map lies in the scratch until it is coded.
    SpectralCache(Layout layout, const ScaleSchedule& schedule, const SpectralRates& rates,
                  std::span<const RotaryAngles> angles, MapScratch& scratch, at::ScalarType type,
                  at::Device device);

    void open(LayerState& state, StageClock& clock) override;
    bool closes(std::int64_t scale, std::int64_t /*layer*/) const override {
        return scale + 1 < std::int64_t(schedule_.size());
    }
    void close(const LayerState& state) override;
    void clear() override { reset(); }

    std::int64_t bytes(std::int64_t layer) const override;
    std::int64_t bytes() const override;
    std::int64_t peakBytes() const override { return peakBytes_; }
    /// Of the room that all layers share.
    std::int64_t scratchBytes() const override { return scratchBytes_; }

private:
    void reset();
    /// What a layer holds, [S, H, n, D], oldest first. Valid until it is asked for another layer.
    KeyValues decoded(std::int64_t layer);
    /// Takes in a scale's map, [S, H, L, D]. `queries` [S, H, L, D]: as its attention used them.
    void store(std::int64_t scale, std::int64_t layer, const KeyValues& map, const at::Tensor& queries);
    /// What one thread works with.
    struct Worker {
        std::vector<SpectralCode> codes; ///< a scale
        SpectralCode::Buffers buffers;
        std::vector<float> anchors; ///< the first scales' tokens of one head, as they are read again
        std::vector<float> mean;    ///< of these, [2·D]; taken away from all others, for keys of a head are
                                    ///< mostly one and the same vector
    };
    void readAnchors(Worker& worker, const std::vector<at::Tensor>& codes, std::int64_t sequence,
                     std::int64_t head) const;
    void decodeHead(Worker& worker, std::int64_t layer, std::int64_t sequence, std::int64_t head,
                    const KeyValues& out) const;
    template <typename Work>
    void forEachHead(std::int64_t layer, const Work& work);

    Layout layout_;
    ScaleSchedule schedule_;
    SpectralRates rates_;
    MapScratch& scratch_;
    std::vector<MapSpectrum> spectra_;        ///< a scale; the last is never kept
    std::vector<at::Tensor> cosines_, sines_; ///< a scale, [n, D / 2] on the CPU
    at::TensorOptions options_;
    std::vector<std::vector<at::Tensor>> codes_; ///< [layer][scale], [S, H, bytes] uint8 on the CPU
    at::Tensor room_;                            ///< one flat buffer
    std::vector<Worker> workers_;                ///< a thread
    std::int64_t peakBytes_ = 0;
    std::int64_t scratchBytes_ = 0;
};

} // namespace scalekv
