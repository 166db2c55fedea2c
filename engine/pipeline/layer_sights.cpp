#include "engine/pipeline/layer_sights.h"

#include "engine/model/stage_clock.h"

namespace scalekv {

LayerSights::LayerSights(const Watching& watching, std::span<const MapSize> schedule, at::Device device)
    : watching_(watching), schedule_(schedule), atOnce_(device.is_cpu() || !wanted()), marks_(device) {
    if (!atOnce_ && watching.probe)
        probe_.emplace(schedule, *watching.probe, device);
}

void LayerSights::look(const LayerState& state) {
    if (!atOnce_) {
        marks_.mark();
        if (probe_)
            probe_->look(state);
        if (watching_.kept)
            kept_.push_back(keptPositions(state, schedule_));
        marks_.mark();
        return;
    }
    layerSeconds_ = 0;
    {
        const Stopwatch watch(layerSeconds_);
        if (watching_.probe)
            seen_.attention =
                std::make_shared<const LayerAttention>(probeAttention(state, schedule_, *watching_.probe));
        if (watching_.kept)
            seen_.kept = std::make_shared<const KeptTokens>(keptTokens(state, schedule_));
    }
    seconds_ += layerSeconds_;
}

std::vector<LayerProgress> LayerSights::layerDone(LayerProgress progress) {
    if (!atOnce_) {
        waiting_.push_back(std::move(progress));
        return {};
    }
    progress.attention = std::exchange(seen_.attention, nullptr);
    progress.kept = std::exchange(seen_.kept, nullptr);
    return {std::move(progress)};
}

std::vector<LayerProgress> LayerSights::scaleDone() {
    std::vector<LayerProgress> told = std::exchange(waiting_, {});
    if (told.empty())
        return told;
    if (probe_) {
        std::vector<LayerAttention> found = probe_->take();
        for (std::size_t i = 0; i < told.size(); ++i)
            told[i].attention = std::make_shared<const LayerAttention>(std::move(found.at(i)));
    }
    if (watching_.kept) {
        std::vector<KeptTokens> found = keptTokens(std::exchange(kept_, {}));
        for (std::size_t i = 0; i < told.size(); ++i)
            told[i].kept = std::make_shared<const KeptTokens>(std::move(found.at(i)));
    }
    marks_.wait();
    for (std::size_t layer = 0; layer < told.size(); ++layer)
        seconds_ += marks_.seconds(2 * layer, 2 * layer + 1);
    marks_.clear();
    return told;
}

} // namespace scalekv
