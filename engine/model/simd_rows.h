#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

/// Row-wise loops that the compiler turns into vector code for each x86-64 level (chosen when the program
/// starts). Plain C++ over raw pointers: callers split the rows between threads. `T` is float or
/// c10::BFloat16; all arithmetic is in fp32.
namespace scalekv::rows {

/// out[i] = layerNorm(x)[i] · gain[i] + shift[i], without the layer norm's own affine part. n values.
void layerNorm(const float* x, const float* gain, const float* shift, float* out, std::int64_t n,
               float epsilon);
void layerNorm(const float* x, const float* gain, const float* shift, c10::BFloat16* out, std::int64_t n,
               float epsilon);

/// out = rotate(in / ‖in‖ · gain): L2-normalises one head's vector of `dim` values and turns its interleaved
/// pairs (2i, 2i+1) by the angles whose cosines and sines are given (dim / 2 each).
void normalizeRotate(const float* in, float gain, const float* cosines, const float* sines, float* out,
                     std::int64_t dim);
void normalizeRotate(const c10::BFloat16* in, float gain, const float* cosines, const float* sines,
                     c10::BFloat16* out, std::int64_t dim);

/// out = rotate(in): the same turn alone, of fp32 into any type.
void rotate(const float* in, const float* cosines, const float* sines, float* out, std::int64_t dim);
void rotate(const float* in, const float* cosines, const float* sines, c10::BFloat16* out, std::int64_t dim);

/// x[i] += y[i] · gain[i]
void addScaled(float* x, const float* y, const float* gain, std::int64_t n);
void addScaled(float* x, const c10::BFloat16* y, const float* gain, std::int64_t n);

/// x[i] = gelu(x[i]) in its tanh form.
void gelu(float* x, std::int64_t n);
void gelu(c10::BFloat16* x, std::int64_t n);

/// One step of a running ("online") softmax over a row of scores (Milakov & Gimelshein 2018).
struct RunningSoftmax {
    float max = -3.0e38F;
    float sum = 0;
};
/// Takes n more scores: weights[i] = exp(score[i] − new max), and returns the factor by which everything that
/// was accumulated with the old maximum must be multiplied.
float softmaxStep(const float* scores, std::int64_t n, RunningSoftmax& state, float* weights);
float softmaxStep(const float* scores, std::int64_t n, RunningSoftmax& state, c10::BFloat16* weights);

/// Sum of the `count` largest of n numbers that are 0 or more.
float sumOfLargest(const float* x, std::int64_t n, std::int64_t count);

/// Σ x[i]
float sum(const float* x, std::int64_t n);
/// Σ weights[i] · (x[i] − largest)
float weightedDifference(const float* weights, const float* x, float largest, std::int64_t n);

/// x[i] *= factor
void scale(float* x, float factor, std::int64_t n);
/// out[i] = x[i] · factor
void store(const float* x, float factor, float* out, std::int64_t n);
void store(const float* x, float factor, c10::BFloat16* out, std::int64_t n);

} // namespace scalekv::rows
