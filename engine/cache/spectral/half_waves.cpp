#include "engine/cache/spectral/half_waves.h"

#include "engine/model/cpu_levels.h"

#include <cstddef>
#include <utility>

namespace scalekv {
namespace {

// Vectors of a fixed length, which the compiler maps to what each CPU has; two of them are kLanes.
using Vector = float __attribute__((vector_size(32)));
using AnywhereVector = float __attribute__((vector_size(32), aligned(alignof(float)), may_alias));
constexpr std::size_t kVector = sizeof(Vector) / sizeof(float);
static_assert(kLanes == 2 * kVector);

/// Numbers of kLanes channels at some places: those of place i are [2·i] and [2·i + 1].
template <std::size_t kPlaces>
struct Sums {
    Vector at[2 * kPlaces];
};

/// Sums of every other wave from `first` on. Indices are spelled out, lest the sums live in memory.
template <std::size_t... I>
SCALEKV_INLINE Sums<sizeof...(I) / 2> sumEveryOther(std::index_sequence<I...> /*all*/, const float* waves,
                                                    std::int64_t n, std::int64_t first, std::int64_t count,
                                                    const float* in, std::int64_t inStride) {
    Sums<sizeof...(I) / 2> sums{};
    for (std::int64_t k = first; k < count; k += 2) {
        const auto* x = reinterpret_cast<const AnywhereVector*>(in + k * inStride);
        const Vector low = x[0], high = x[1];
        const float* wave = waves + k * n;
        ((sums.at[I] += wave[I / 2] * (I % 2 == 0 ? low : high)), ...);
    }
    return sums;
}

/// Places [first, first + kPlaces) and what lies opposite of them.
template <std::size_t... I>
SCALEKV_INLINE void sumPlaces(std::index_sequence<I...> all, const float* waves, std::int64_t n,
                              std::int64_t count, const float* in, std::int64_t inStride, std::int64_t first,
                              float* out, std::int64_t outStride) {
    const auto even = sumEveryOther(all, waves + first, n, 0, count, in, inStride);
    const auto odd = sumEveryOther(all, waves + first, n, 1, count, in, inStride);
    const auto vectorAt = [&](std::int64_t place, std::size_t half) -> AnywhereVector& {
        return reinterpret_cast<AnywhereVector*>(out + place * outStride)[half];
    };
    // A line's very middle is its own opposite, and has no odd waves: whichever is written last.
    ((vectorAt(n - 1 - first - std::int64_t(I / 2), I % 2) = even.at[I] - odd.at[I]), ...);
    ((vectorAt(first + std::int64_t(I / 2), I % 2) = even.at[I] + odd.at[I]), ...);
}

} // namespace

SCALEKV_FOR_EACH_CPU
void sumHalfWaves(const float* waves, std::int64_t n, std::int64_t count, const float* in,
                  std::int64_t inStride, float* out, std::int64_t outStride) {
    constexpr std::int64_t kPlaces = 4; // both sums of so many, and what they are made of, are in registers
    const std::int64_t half = (n + 1) / 2;
    std::int64_t first = 0;
    for (; first + kPlaces <= half; first += kPlaces)
        sumPlaces(std::make_index_sequence<2 * kPlaces>(), waves, n, count, in, inStride, first, out,
                  outStride);
    for (; first < half; ++first)
        sumPlaces(std::make_index_sequence<2>(), waves, n, count, in, inStride, first, out, outStride);
}

} // namespace scalekv
