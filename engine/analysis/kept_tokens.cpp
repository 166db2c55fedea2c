#include "scalekv/kept_tokens.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>

namespace scalekv {

KeptTokens::KeptTokens(std::int64_t tokens, const std::vector<std::vector<std::int32_t>>& positions)
    : heads_(std::int64_t(positions.size())), tokens_(tokens) {
    if (std::all_of(positions.begin(), positions.end(),
                    [tokens](const auto& each) { return std::int64_t(each.size()) == tokens; }))
        return;
    bits_.assign(std::size_t(heads_ * words()), 0);
    for (std::int64_t h = 0; h < heads_; ++h)
        mark(h, positions[std::size_t(h)]);
}

void KeptTokens::mark(std::int64_t head, std::span<const std::int32_t> positions) {
    std::uint64_t* row = bits_.data() + head * words();
    for (const std::int32_t token : positions) {
        if (token < 0 || token >= tokens_)
            throw std::invalid_argument("KeptTokens: a position beyond the tokens");
        row[token / 64] |= std::uint64_t(1) << (token % 64);
    }
}

void KeptTokens::checkHead(std::int64_t head) const {
    if (head < 0 || head >= heads_)
        throw std::out_of_range("KeptTokens: no such head");
}

std::int64_t KeptTokens::count(std::int64_t head) const {
    checkHead(head);
    if (all())
        return tokens_;
    const auto row = bits_.begin() + head * words();
    return std::accumulate(row, row + words(), std::int64_t(0),
                           [](std::int64_t sum, std::uint64_t word) { return sum + std::popcount(word); });
}

bool KeptTokens::kept(std::int64_t head, std::int64_t token) const {
    checkHead(head);
    if (token < 0 || token >= tokens_)
        throw std::out_of_range("KeptTokens: no such token");
    return all() || ((bits_[std::size_t(head * words() + token / 64)] >> (token % 64)) & 1) != 0;
}

std::int64_t KeptTokens::bytes() const {
    return std::int64_t(sizeof(*this) + bits_.size() * sizeof(bits_.front()));
}

} // namespace scalekv
