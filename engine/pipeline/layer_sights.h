#pragma once

#include "engine/analysis/attention_probe.h"
#include "engine/analysis/kept_positions.h"
#include "scalekv/observer.h"

#include <optional>
#include <vector>

namespace scalekv {

/// What is watched of the layers of a run: on the CPU it is known when a layer is done. On a device asking
/// would wait for it, layer by layer, and the next layer's work could not be queued meanwhile; there it is
/// asked once a scale, for all layers together.
class LayerSights {
public:
    LayerSights(const Watching& watching, std::span<const MapSize> schedule, at::Device device);

    /// Whether anything of a layer is watched.
    bool wanted() const { return watching_.probe || watching_.kept; }
    /// During a layer's self attention.
    void look(const LayerState& state);
    /// The layer that was looked at last (if any was) is done: what can be told now.
    std::vector<LayerProgress> layerDone(LayerProgress progress);
    /// All layers of a scale are done: what has not been told yet.
    std::vector<LayerProgress> scaleDone();

private:
    const Watching& watching_;
    std::span<const MapSize> schedule_;
    bool atOnce_;
    std::optional<AttentionProbePortable> probe_; ///< off the CPU
    std::vector<KeptPositions> kept_;             ///< off the CPU, a layer of the scale at hand
    LayerProgress seen_;                          ///< on the CPU, of the layer at hand
    std::vector<LayerProgress> waiting_;
};

} // namespace scalekv
