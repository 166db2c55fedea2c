#pragma once

#include "engine/cache/cache_policy.h"

#include <cstdint>
#include <vector>

/// How policies measure what an entry is worth, and pick the best.
namespace scalekv {

/// The patch centroids of a map: the map is cut into `side` × `side` patches as equal as whole rows and
/// columns allow, for any aspect ratio (fewer where the map has fewer rows or columns); of each the token in
/// its middle. Indices into the map, ascending (ScaleKV, section 3.3: N = 16 patches).
std::vector<std::int64_t> patchCentroids(MapSize map, int side);

/// What the released code takes instead: for square maps of at least √size × √size the middles of as many
/// patches of whole tokens. None for others, where it takes the `size` most recent entries.
std::vector<std::int64_t> releasedMiddles(MapSize map, int size);

/// Σ over the given queries of q·k · `scale` for every entry, or, with `softmax`, of softmax(q·k · scale).
/// queries [S, H, w, D] → [S, H, n + L] fp32. On the CPU, where there is much, one head at a time: needs
/// (w + D) · (n + L) numbers a thread.
at::Tensor windowScores(const at::Tensor& queries, const LayerState& state, double scale, bool softmax);
/// The same, all heads at once, for any device: needs S · H times as much.
at::Tensor windowScoresPortable(const at::Tensor& queries, const LayerState& state, double scale,
                                bool softmax);

/// Pools scores [S, H, n] over `kernel` neighbours (odd); at the ends over those that there are.
at::Tensor averagePool(const at::Tensor& scores, std::int64_t kernel);
at::Tensor maxPool(const at::Tensor& scores, std::int64_t kernel);

/// The `keep` entries with the best scores, those of `window` [w] (same for all heads) in any case: [S, H,
/// keep] int64, ascending. Equal scores: whichever LibTorch's topk takes (on the CPU the same every time).
at::Tensor bestWithWindow(const at::Tensor& scores, const at::Tensor& window, std::int64_t keep);

} // namespace scalekv
