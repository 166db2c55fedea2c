#pragma once

#include "engine/cache/cache_plan.h"
#include "engine/model/attention.h"

#include <span>
#include <vector>

namespace scalekv {

/// What a policy may look at when it decides what a layer retains. Views, valid during the call.
struct LayerState {
    std::int64_t layer = 0;
    std::int64_t scale = 0;
    MapSize map;            ///< the current map, L tokens
    at::Tensor input;       ///< [S, L, C]: what the layer's qkv product was given (normalised, modulated)
    at::Tensor queries;     ///< [S, H, L, D]: as attention used them (normalised, scaled, rotated)
    at::Tensor queryWeight; ///< [C, C]: the query part of mat_qkv
    KeyValues history;      ///< [S, H, n, D]: entries retained from earlier scales, oldest first
    KeyValues current;      ///< [S, H, L, D]
    KeyValues joined;       ///< history followed by current, where they lie in one stretch; else undefined
    at::Tensor window;      ///< [w] int64: what the policy's window() says of this map, beside the queries;
                            ///< undefined: not brought there yet
    at::Tensor positions; ///< [S, H, n] int32: each history entry's place among all tokens so far; undefined
                          ///< unless the generation was asked to keep track
    /// Where heads hold different entries: of each head its history, [S, 1, n, D] each, oldest first, and its
    /// positions, [S, 1, n] int32 (none: the generation was not asked to keep track). `history` and
    /// `positions` are undefined then, and a policy is asked about one head at a time.
    std::span<const std::vector<KeyValues>> byHead;
    std::span<const at::Tensor> positionsByHead;
    std::int64_t head = 0; ///< of ofHead()
    at::Tensor sources;    ///< [S, 1, n + L] int64: the scale of each entry, where the policy's expected() is
                           ///< for this head; else undefined
    at::Tensor expected;   ///< [·]: what it is for a token of each scale up to the current one

    std::int64_t entries() const { return history.tokens() + current.tokens(); }
    /// One head as if it were the only one, with its history in one stretch (where it lies in several, a copy
    /// of its keys alone) and its positions. Only where heads hold different entries.
    LayerState ofHead(std::int64_t head) const;
};

/// Decides which entries stay in the cache. How many is the plan's matter, where they lie the cache's.
class CachePolicy {
public:
    explicit CachePolicy(CachePlan plan) : plan_(std::move(plan)) {}
    virtual ~CachePolicy() = default;
    CachePolicy(const CachePolicy&) = delete;
    CachePolicy& operator=(const CachePolicy&) = delete;

    const CachePlan& plan() const { return plan_; }

    /// The `keep` entries that stay, as indices into history followed by current: [S, H, keep] int64, each
    /// head's ascending and unique. A first or second dimension of 1 means: the same for all. Asked only
    /// where the plan evicts (0 < keep < state.entries()).
    virtual at::Tensor select(const LayerState& state, std::int64_t keep) const = 0;

    /// Tokens of a map that a selection looks from, whatever layer: known before anything runs, so that a
    /// device is told once. None for policies that look from nowhere, or from where the history's length
    /// says.
    virtual std::vector<std::int64_t> window(MapSize /*map*/) const { return {}; }

    /// What a calibration leads to expect of a token, [scale at hand, layer, head, scale of the token] fp32:
    /// known before anything runs, so that a device is told once. Undefined for policies that ask attention,
    /// or nobody.
    virtual at::Tensor expected() const { return {}; }

protected:
    at::Tensor windowOf(const LayerState& state) const;

private:
    CachePlan plan_;
};

} // namespace scalekv
