#include "engine/model/simd_rows.h"

#include "engine/model/cpu_levels.h"

#include <bit>
#include <cmath>

namespace scalekv::rows {
namespace {

SCALEKV_INLINE float load(const float* p) {
    return *p;
}
SCALEKV_INLINE float load(const c10::BFloat16* p) {
    return std::bit_cast<float>(std::uint32_t{p->x} << 16U);
}

SCALEKV_INLINE void save(float* p, float value) {
    *p = value;
}
SCALEKV_INLINE void save(c10::BFloat16* p, float value) {
    // Round to nearest even. NaNs would need a special case; a NaN here is already a broken model, and stays
    // one (or ±inf).
    const auto word = std::bit_cast<std::uint32_t>(value);
    p->x = static_cast<std::uint16_t>((word + 0x7FFFU + ((word >> 16U) & 1U)) >> 16U);
}

/// e^x within 2 ulp for −87 ≤ x ≤ 88, and e^−87 ≈ 1e-38 below (nothing here can tell that from 0). Range
/// reduction to ±ln2/2 and a polynomial (Cephes' coefficients), free of branches so that it vectorises.
SCALEKV_INLINE float fastExp(float x) {
    const float low = x > -87.0F ? x : -87.0F;
    const float clamped = low < 88.0F ? low : 88.0F;
    const std::int32_t biased =
        static_cast<std::int32_t>(clamped * 1.44269504088896341F + 127.5F); // > 0: truncating rounds
    const float n = static_cast<float>(biased - 127);
    const float r = (clamped - n * 0.693359375F) + n * 2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = (p * r) * r + r + 1.0F;
    return p * std::bit_cast<float>(static_cast<std::uint32_t>(biased) << 23U);
}

template <typename T>
SCALEKV_INLINE void layerNormRow(const float* x, const float* gain, const float* shift, T* out,
                                 std::int64_t n, float epsilon) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < n; ++i)
        sum += x[i];
    const float mean = sum / static_cast<float>(n);
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (std::int64_t i = 0; i < n; ++i)
        squares += (x[i] - mean) * (x[i] - mean);
    const float inverse = 1.0F / std::sqrt(squares / static_cast<float>(n) + epsilon);
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i)
        save(out + i, (x[i] - mean) * inverse * gain[i] + shift[i]);
}

/// out = factor · in, its pairs turned by the angles.
template <typename From, typename T>
SCALEKV_INLINE void rotateRow(const From* in, float factor, const float* cosines, const float* sines, T* out,
                              std::int64_t dim) {
#pragma omp simd
    for (std::int64_t i = 0; i < dim / 2; ++i) {
        const float a = load(in + 2 * i) * factor;
        const float b = load(in + 2 * i + 1) * factor;
        save(out + 2 * i, cosines[i] * a - sines[i] * b);
        save(out + 2 * i + 1, sines[i] * a + cosines[i] * b);
    }
}

template <typename T>
SCALEKV_INLINE void normalizeRotateRow(const T* in, float gain, const float* cosines, const float* sines,
                                       T* out, std::int64_t dim) {
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (std::int64_t i = 0; i < dim; ++i)
        squares += load(in + i) * load(in + i);
    const float norm = std::sqrt(squares);
    rotateRow(in, gain / (norm < 1e-12F ? 1e-12F : norm), cosines, sines, out, dim);
}

template <typename T>
SCALEKV_INLINE void addScaledRow(float* x, const T* y, const float* gain, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i)
        x[i] += load(y + i) * gain[i];
}

template <typename T>
SCALEKV_INLINE void geluRow(T* x, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float v = load(x + i);
        const float u = 0.7978845608028654F * (v + 0.044715F * v * v * v);
        save(x + i, v / (1.0F + fastExp(-2.0F * u))); // ½(1 + tanh u) = 1 / (1 + e^−2u)
    }
}

template <typename T>
SCALEKV_INLINE float softmaxStepRow(const float* scores, std::int64_t n, RunningSoftmax& state, T* weights) {
    float top = state.max;
#pragma omp simd reduction(max : top)
    for (std::int64_t i = 0; i < n; ++i)
        top = scores[i] > top ? scores[i] : top;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < n; ++i) {
        const float weight = fastExp(scores[i] - top);
        sum += weight;
        save(weights + i, weight);
    }
    const float correction = fastExp(state.max - top);
    state.sum = state.sum * correction + sum;
    state.max = top;
    return correction;
}

/// The bits of floats that are not negative have the floats' order, so that a threshold which `count` numbers
/// reach can be found by halving between bit patterns. At most 31 passes, all of which vectorise, take a
/// tenth of the time of a partial sort, whose branches nobody can predict.
SCALEKV_INLINE float sumOfLargestRow(const float* x, std::int64_t n, std::int64_t count) {
    if (count <= 0)
        return 0;
    std::int32_t low = 0, high = 0x7F800000; // at least `count` numbers are ≥ low, fewer are ≥ high
    std::int32_t atLow = static_cast<std::int32_t>(n);
    while (high - low > 1 && atLow != count) {
        const std::int32_t middle = low + (high - low) / 2;
        std::int32_t found = 0;
#pragma omp simd reduction(+ : found)
        for (std::int64_t i = 0; i < n; ++i)
            found += std::bit_cast<std::int32_t>(x[i]) >= middle ? 1 : 0;
        if (found >= count) {
            low = middle;
            atLow = found;
        } else {
            high = middle;
        }
    }
    const float threshold = std::bit_cast<float>(low);
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < n; ++i)
        sum += x[i] >= threshold ? x[i] : 0.0F;
    return sum - static_cast<float>(atLow - count) * threshold; // those too many are equal to it
}

template <typename T>
SCALEKV_INLINE void storeRow(const float* x, float factor, T* out, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i)
        save(out + i, x[i] * factor);
}

} // namespace

SCALEKV_FOR_EACH_CPU
void layerNorm(const float* x, const float* gain, const float* shift, float* out, std::int64_t n,
               float epsilon) {
    layerNormRow(x, gain, shift, out, n, epsilon);
}
SCALEKV_FOR_EACH_CPU
void layerNorm(const float* x, const float* gain, const float* shift, c10::BFloat16* out, std::int64_t n,
               float epsilon) {
    layerNormRow(x, gain, shift, out, n, epsilon);
}
SCALEKV_FOR_EACH_CPU
void normalizeRotate(const float* in, float gain, const float* cosines, const float* sines, float* out,
                     std::int64_t dim) {
    normalizeRotateRow(in, gain, cosines, sines, out, dim);
}
SCALEKV_FOR_EACH_CPU
void normalizeRotate(const c10::BFloat16* in, float gain, const float* cosines, const float* sines,
                     c10::BFloat16* out, std::int64_t dim) {
    normalizeRotateRow(in, gain, cosines, sines, out, dim);
}
SCALEKV_FOR_EACH_CPU
void rotate(const float* in, const float* cosines, const float* sines, float* out, std::int64_t dim) {
    rotateRow(in, 1.0F, cosines, sines, out, dim);
}
SCALEKV_FOR_EACH_CPU
void rotate(const float* in, const float* cosines, const float* sines, c10::BFloat16* out, std::int64_t dim) {
    rotateRow(in, 1.0F, cosines, sines, out, dim);
}
SCALEKV_FOR_EACH_CPU
void addScaled(float* x, const float* y, const float* gain, std::int64_t n) {
    addScaledRow(x, y, gain, n);
}
SCALEKV_FOR_EACH_CPU
void addScaled(float* x, const c10::BFloat16* y, const float* gain, std::int64_t n) {
    addScaledRow(x, y, gain, n);
}
SCALEKV_FOR_EACH_CPU
void gelu(float* x, std::int64_t n) {
    geluRow(x, n);
}
SCALEKV_FOR_EACH_CPU
void gelu(c10::BFloat16* x, std::int64_t n) {
    geluRow(x, n);
}
SCALEKV_FOR_EACH_CPU
float softmaxStep(const float* scores, std::int64_t n, RunningSoftmax& state, float* weights) {
    return softmaxStepRow(scores, n, state, weights);
}
SCALEKV_FOR_EACH_CPU
float softmaxStep(const float* scores, std::int64_t n, RunningSoftmax& state, c10::BFloat16* weights) {
    return softmaxStepRow(scores, n, state, weights);
}
SCALEKV_FOR_EACH_CPU
float sumOfLargest(const float* x, std::int64_t n, std::int64_t count) {
    return sumOfLargestRow(x, n, count);
}
SCALEKV_FOR_EACH_CPU
float sum(const float* x, std::int64_t n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (std::int64_t i = 0; i < n; ++i)
        total += x[i];
    return total;
}
SCALEKV_FOR_EACH_CPU
float weightedDifference(const float* weights, const float* x, float largest, std::int64_t n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (std::int64_t i = 0; i < n; ++i)
        total += weights[i] * (x[i] - largest);
    return total;
}
SCALEKV_FOR_EACH_CPU
void scale(float* x, float factor, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i)
        x[i] *= factor;
}
SCALEKV_FOR_EACH_CPU
void store(const float* x, float factor, float* out, std::int64_t n) {
    storeRow(x, factor, out, n);
}
SCALEKV_FOR_EACH_CPU
void store(const float* x, float factor, c10::BFloat16* out, std::int64_t n) {
    storeRow(x, factor, out, n);
}

} // namespace scalekv::rows
