#pragma once

#include "engine/pipeline/next_scale.h"
#include "scalekv/report.h"

#include <stop_token>
#include <vector>

namespace scalekv {

/// What a scale predicted, before anything is fed.
struct Prediction {
    std::int64_t scale = 0;
    at::Tensor logits; ///< [B, L, 2·bits] fp32, after temperature and guidance
    at::Tensor bits;   ///< [B, h, w, d] uint8, drawn from them
};

/// Who looks on while the scales run, and who chooses the bits.
class ScaleWatcher {
public:
    virtual ~ScaleWatcher() = default;
    virtual void scaleStarted(const NextScale& /*run*/) {}
    virtual void layerFinished(const NextScale& /*run*/, std::int64_t /*layer*/) {}
    /// Asked when all layers of a scale are done: whether that was all, so that nothing is drawn or fed any
    /// more.
    virtual bool enough(const NextScale& /*run*/) { return false; }
    /// Bits to feed that are known beforehand: then none are drawn, and choose() is not asked. Undefined:
    /// none.
    virtual at::Tensor known(std::int64_t /*scale*/) { return {}; }
    /// The bits to feed. Its time is not the run's.
    virtual at::Tensor choose(const Prediction& prediction) { return prediction.bits; }
    /// The bits are fed; `run` stands at the next scale. `report` has everything but decoding.
    virtual void scaleFinished(const NextScale& /*run*/, ScaleReport& /*report*/) {}
};

/// What running all scales came to.
struct LoopReport {
    std::vector<ScaleReport> scales;
    std::int64_t peakKvBytes = 0;
    std::int64_t scratchBytes = 0;
    at::Tensor codes; ///< [B, d, H, W] fp32: the sum of all codes, to be decoded; of those that were fed

    /// Bytes after the last scale that stores any, and seconds over all scales.
    std::int64_t kvBytes() const { return scales.empty() ? 0 : scales.back().kvBytes; }
    double seconds() const;
    double selectionSeconds() const;
};

/// Before the work on a map on the CPU, where it is large or the last: gives freed memory back to the system,
/// of which smaller maps and earlier pictures have left holes that this one's buffers do not fit into.
void makeRoomFor(MapSize map, const ScaleSchedule& schedule, at::Device device);

/// The one loop over scales: predict, choose, feed. `text` as NextScale takes it. Throws Cancelled within one
/// layer's work after `stop` was requested.
LoopReport runScales(const Transformer& transformer, const NextScaleSettings& settings,
                     const std::vector<at::Tensor>& text, ScaleWatcher& watcher, std::stop_token stop = {});

} // namespace scalekv
