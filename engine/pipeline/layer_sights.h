#pragma once

#include "engine/analysis/attention_probe.h"
#include "engine/analysis/kept_positions.h"
#include "engine/device/device_events.h"
#include "scalekv/observer.h"

#include <optional>
#include <utility>
#include <vector>

namespace scalekv {

/// What is watched of the layers of a run: on the CPU it is known when a layer is done. On a device asking
/// would wait for it, layer by layer, and the next layer's work could not be queued meanwhile; there it is
/// asked once a scale, for all layers together.
class LayerSights {
public:
    /// `watching` and `schedule` have to outlive it.
    LayerSights(const Watching& watching, std::span<const MapSize> schedule, at::Device device);

    /// Whether anything of a layer is watched.
    bool wanted() const { return watching_.probe || watching_.kept; }
    /// During a layer's self attention.
    void look(const LayerState& state);
    /// The layer that was looked at last (if any was) is done: what can be told now.
    std::vector<LayerProgress> layerDone(LayerProgress progress);
    /// All layers of a scale are done: what has not been told yet.
    std::vector<LayerProgress> scaleDone();

    /// What looking at the last layer took, as far as it is known at once: on a device, none.
    double layerSeconds() const { return layerSeconds_; }
    /// What looking took since the last call, on a device by its own clock; to be asked after scaleDone().
    double takeSeconds() { return std::exchange(seconds_, 0.0); }

private:
    const Watching& watching_;
    std::span<const MapSize> schedule_;
    bool atOnce_;
    std::optional<AttentionProbePortable> probe_; ///< off the CPU
    std::vector<KeptPositions> kept_;             ///< off the CPU, a layer of the scale at hand
    LayerProgress seen_;                          ///< on the CPU, of the layer at hand
    std::vector<LayerProgress> waiting_;
    DeviceMarks marks_; ///< before and after each look, off the CPU
    double layerSeconds_ = 0, seconds_ = 0;
};

} // namespace scalekv
