#include "scalekv/kept_tokens.h"

#include <bit>
#include <numeric>
#include <stdexcept>

namespace scalekv {

KeptTokens::KeptTokens(std::int64_t heads, std::int64_t tokens, const std::vector<std::int32_t>& positions)
    : heads_(heads), tokens_(tokens) {
    if (heads <= 0 || std::int64_t(positions.size()) % heads != 0)
        throw std::invalid_argument("KeptTokens: as many positions for every head");
    const std::int64_t entries = std::int64_t(positions.size()) / heads;
    if (entries == tokens)
        return; // ascending and unique: all of them
    bits_.assign(std::size_t(heads * words()), 0);
    for (std::int64_t h = 0; h < heads; ++h) {
        std::uint64_t* row = bits_.data() + h * words();
        for (std::int64_t i = 0; i < entries; ++i) {
            const std::int32_t token = positions[std::size_t(h * entries + i)];
            if (token < 0 || token >= tokens)
                throw std::invalid_argument("KeptTokens: a position beyond the tokens");
            row[token / 64] |= std::uint64_t(1) << (token % 64);
        }
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
