#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// The best scalar quantiser of a normal distribution for a number of bits (Lloyd 1982, Max 1960): 2^bits
/// levels, each the mean of what is nearest to it. For numbers of mean 0 and standard deviation 1.
class GaussianQuantizer {
public:
    static constexpr int kMostBits = 8;
    /// 1 ≤ bits ≤ kMostBits; made once, at the first use of any.
    static const GaussianQuantizer& of(int bits);

    /// The nearest level's number.
    std::uint32_t code(float value) const;
    /// Ascending.
    std::span<const float> levels() const { return levels_; }

private:
    explicit GaussianQuantizer(int bits);
    std::vector<float> levels_;
    std::vector<float> borders_;       ///< between neighbours, and infinity behind the last
    std::vector<std::uint8_t> lowest_; ///< of a cell of a regular grid: the least code in it
};

} // namespace scalekv
