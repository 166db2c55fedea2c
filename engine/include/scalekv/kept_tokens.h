#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// Which tokens of the earlier scales one layer's attention could read at one scale, head by head. Tokens are
/// counted over all scales in order, each map row by row. Packed: a bit a token, and none at all where
/// nothing was evicted.
class KeptTokens {
public:
    KeptTokens() = default;
    /// Nothing was evicted: every head reads all `tokens` that came before the scale.
    KeptTokens(std::int64_t heads, std::int64_t tokens) : heads_(heads), tokens_(tokens) {}
    /// `positions[head]`: the tokens that a head reads, ascending and unique. Throws std::invalid_argument
    /// where one of them does not fit.
    KeptTokens(std::int64_t tokens, const std::vector<std::vector<std::int32_t>>& positions);

    std::int64_t heads() const { return heads_; }
    /// Of all scales before this one, evicted ones included.
    std::int64_t tokens() const { return tokens_; }
    /// Nothing was evicted.
    bool all() const { return bits_.empty(); }
    /// How many of them a head reads. Heads and tokens out of range throw std::out_of_range.
    std::int64_t count(std::int64_t head) const;
    bool kept(std::int64_t head, std::int64_t token) const;
    /// Memory that it takes.
    std::int64_t bytes() const;

    bool operator==(const KeptTokens&) const = default;

private:
    std::int64_t words() const { return (tokens_ + 63) / 64; }
    void checkHead(std::int64_t head) const;
    void mark(std::int64_t head, std::span<const std::int32_t> positions);

    std::int64_t heads_ = 0, tokens_ = 0;
    std::vector<std::uint64_t> bits_; ///< [heads, words()], the lowest bit first; empty: all are kept
};

} // namespace scalekv
