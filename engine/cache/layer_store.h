#pragma once

#include "engine/cache/cache_policy.h"
#include "engine/model/stage_clock.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace scalekv {

/// What layers remember from one scale to the next, in whatever form. A layer is opened for a scale, its map
/// is written, its attention reads map and history, and where the store has yet to take the map in, it is
/// closed; then the next layer.
class LayerStore {
public:
    LayerStore() = default;
    virtual ~LayerStore() = default;
    LayerStore(const LayerStore&) = delete;
    LayerStore& operator=(const LayerStore&) = delete;

    /// Fills in what `state.layer` reads at `state.scale` and where its map is to be written: `current`, the
    /// history in the form in which it lies there, and `positions` where they are wanted. All of it is valid
    /// until the layer is closed or another one opened. What is more than looking up counts as
    /// StageSeconds::selection.
    virtual void open(LayerState& state, StageClock& clock) = 0;
    /// Whether a layer has to be closed: where it need not, its map lies already where it stays, or nobody
    /// keeps it.
    virtual bool closes(std::int64_t scale, std::int64_t layer) const = 0;
    /// Takes in what stays of the map. `state`: as open() filled it, with what attention had besides.
    virtual void close(const LayerState& state) = 0;
    /// Gives everything back. What was counted at most stays known.
    virtual void clear() = 0;

    /// Places of what a layer holds among all tokens that it was given, [S, H, n] int32; undefined unless
    /// they are wanted, and where heads hold different numbers of entries.
    virtual at::Tensor positions(std::int64_t /*layer*/) const { return {}; }
    /// Of what a layer holds, of all, and the most that it was.
    virtual std::int64_t bytes(std::int64_t layer) const = 0;
    virtual std::int64_t bytes() const = 0;
    virtual std::int64_t peakBytes() const = 0;
    /// Of rooms of its own beside that.
    virtual std::int64_t scratchBytes() const { return 0; }
};

} // namespace scalekv
