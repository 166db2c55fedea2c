#pragma once

#include "engine/cache/map_scratch.h"
#include "engine/model/attention.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace scalekv {

/// Where a layer's current map goes, and what its attention reads: views [S, H, n, D].
struct MapRoom {
    KeyValues history; ///< entries retained from earlier scales
    KeyValues current; ///< to be written
    KeyValues joined;  ///< history followed by current, where they lie in one stretch; else undefined
};

/// Storage of keys (after rotation) and values, and nothing else: what stays and what goes is decided
/// elsewhere.
///
/// A layer's room is reserved once, [S, H, capacity, D]; entries are appended in place by writing into the
/// views that append() gives, and compacted in place by retain(). On the CPU, pages of the reservation that
/// hold nothing cost no memory, and attention reads a history and a map that lie apart. A device has neither:
/// there rooms can be as large as what they hold, and the map joined to a copy of the history.
class KvCache {
public:
    struct Layout {
        std::vector<std::int64_t> sequences; ///< S of each layer (guidance may end before the last layer)
        std::vector<std::int64_t> capacity;  ///< most entries a sequence and head of each layer
        std::int64_t heads = 0;
        std::int64_t headDim = 0;
        bool positions = false; ///< keep each entry's place among all tokens so far (4 bytes an entry)
        bool reserved = true;   ///< rooms have their capacity from the beginning; else they grow and shrink
        bool joined = false;    ///< a map that does not stay is put behind a copy of the history
    };
    KvCache(Layout layout, at::ScalarType type, at::Device device);

    /// Makes room for `tokens` more entries in a layer: views [S, H, tokens, D] to be written. Throws
    /// std::logic_error when the reservation is exceeded.
    KeyValues append(std::int64_t layer, std::int64_t tokens);
    /// What a layer holds: views [S, H, n, D].
    KeyValues stored(std::int64_t layer) const;
    /// Places of what a layer holds among all tokens it was given so far: [S, H, n] int32; undefined unless
    /// the layout asks for it.
    at::Tensor positions(std::int64_t layer) const;
    /// Room for a layer's current map of `tokens`, in its own room if it `stays` there, else in the scratch,
    /// history included if the layout joins them.
    MapRoom room(std::int64_t layer, std::int64_t tokens, bool stays, MapScratch& scratch);

    /// Reduces a layer to some of its n entries and some of the map that was written into `room`, which does
    /// not stay as a whole. `kept`: indices into history followed by current, [S, H, keep] int64, each head's
    /// ascending and unique; a first or second dimension of 1 means the same for all. Memory that is no
    /// longer needed goes back to the system. Throws std::logic_error beyond the capacity and, on the CPU,
    /// for indices out of range or order: reading them from a device would make the host wait for it.
    void retain(std::int64_t layer, const at::Tensor& kept, const MapRoom& room);

    /// Gives all rooms back. What was counted at most stays known.
    void clear();

    std::int64_t entries(std::int64_t layer) const { return entries_[std::size_t(layer)]; }
    /// Bytes of stored entries (reserved but unused room not counted).
    std::int64_t bytes(std::int64_t layer) const;
    std::int64_t bytes() const;
    std::int64_t peakBytes() const { return peakBytes_; }

private:
    void reserve(std::int64_t layer);
    void grow(std::int64_t layer, std::int64_t tokens);
    void setEntries(std::int64_t layer, std::int64_t entries);
    void retainInPlace(std::int64_t layer, const at::Tensor& kept, const KeyValues& current);
    void retainGathered(std::int64_t layer, const at::Tensor& kept, const KeyValues& joined);
    at::Tensor withPositions(std::int64_t layer, std::int64_t tokens) const;

    Layout layout_;
    at::TensorOptions options_;
    std::vector<KeyValues> rooms_;      ///< a layer, [S, H, capacity, D]; made at the layer's first use
    std::vector<at::Tensor> positions_; ///< a layer, [S, H, entries] int32
    std::vector<std::int64_t> entries_;
    std::vector<std::int64_t> seen_; ///< tokens a layer was given so far
    std::int64_t peakBytes_ = 0;
};

} // namespace scalekv
