#include "engine/model/elementwise.h"

#include "engine/model/elementwise_portable.h"
#include "engine/model/simd_rows.h"

#include <algorithm>

namespace scalekv {
namespace {

constexpr std::int64_t kValuesPerTask = 16384; // below that a thread costs more than it brings

std::int64_t rowsPerTask(std::int64_t rowLength) {
    return std::max<std::int64_t>(1, kValuesPerTask / rowLength);
}

/// Calls f with a pointer of the tensor's element type, float or bf16.
template <typename F>
void withPointer(at::Tensor& t, F&& f) {
    if (t.scalar_type() == at::kFloat)
        f(t.mutable_data_ptr<float>());
    else
        f(t.mutable_data_ptr<at::BFloat16>());
}
template <typename F>
void withPointer(const at::Tensor& t, F&& f) {
    if (t.scalar_type() == at::kFloat)
        f(t.const_data_ptr<float>());
    else
        f(t.const_data_ptr<at::BFloat16>());
}

/// Row of a [S, C] or [1, C] table for sequence s.
const float* rowOf(const at::Tensor& table, std::int64_t s) {
    return table.const_data_ptr<float>() + (table.size(0) == 1 ? 0 : s * table.stride(0));
}

template <typename T>
void splitQkvCpu(const at::Tensor& qkv, const at::Tensor& headScale, const RotaryAngles& angles,
                 at::Tensor& queries, KeyValues& target) {
    const std::int64_t sequences = qkv.size(0);
    const std::int64_t length = qkv.size(1);
    const std::int64_t heads = qkv.size(3);
    const std::int64_t dim = qkv.size(4);
    const auto row = [](at::Tensor& t, std::int64_t s, std::int64_t h, std::int64_t i) {
        return t.mutable_data_ptr<T>() + s * t.stride(0) + h * t.stride(1) + i * t.stride(2);
    };
    at::parallel_for(
        0, sequences * length, rowsPerTask(3 * heads * dim), [&](std::int64_t begin, std::int64_t end) {
            const float* gains = headScale.const_data_ptr<float>();
            for (std::int64_t token = begin; token < end; ++token) {
                const std::int64_t s = token / length;
                const std::int64_t i = token % length;
                const T* q = qkv.const_data_ptr<T>() + token * 3 * heads * dim;
                const T* k = q + heads * dim;
                const T* v = k + heads * dim;
                const float* cosines = angles.cosines.const_data_ptr<float>() + i * dim / 2;
                const float* sines = angles.sines.const_data_ptr<float>() + i * dim / 2;
                for (std::int64_t h = 0; h < heads; ++h) {
                    rows::normalizeRotate(q + h * dim, gains[h], cosines, sines, row(queries, s, h, i), dim);
                    rows::normalizeRotate(k + h * dim, 1.0F, cosines, sines, row(target.keys, s, h, i), dim);
                    std::copy_n(v + h * dim, dim, row(target.values, s, h, i));
                }
            }
        });
}

} // namespace

at::Tensor normalizeLayer(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& shift,
                          at::ScalarType type) {
    const std::int64_t width = x.size(2);
    if (!x.is_cpu())
        return normalizeLayerPortable(x, gain, shift, type);
    at::Tensor out = at::empty(x.sizes(), x.options().dtype(type));
    const std::int64_t length = x.size(1);
    const float* in = x.const_data_ptr<float>();
    withPointer(out, [&](auto* to) {
        at::parallel_for(
            0, x.size(0) * length, rowsPerTask(width), [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                    rows::layerNorm(in + i * width, rowOf(gain, i / length), rowOf(shift, i / length),
                                    to + i * width, width, static_cast<float>(kLayerNormEpsilon));
            });
    });
    return out;
}

void addScaled(at::Tensor& x, const at::Tensor& y, const at::Tensor& gain) {
    if (!x.is_cpu()) {
        addScaledPortable(x, y, gain);
        return;
    }
    const std::int64_t width = x.size(2);
    const std::int64_t length = x.size(1);
    float* to = x.mutable_data_ptr<float>();
    withPointer(y, [&](const auto* from) {
        at::parallel_for(
            0, x.size(0) * length, rowsPerTask(width), [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                    rows::addScaled(to + i * width, from + i * width, rowOf(gain, i / length), width);
            });
    });
}

void geluInPlace(at::Tensor& x) {
    if (!x.is_cpu()) {
        at::gelu_(x, "tanh");
        return;
    }
    withPointer(x, [&](auto* values) {
        at::parallel_for(0, x.numel(), kValuesPerTask, [&](std::int64_t begin, std::int64_t end) {
            rows::gelu(values + begin, end - begin);
        });
    });
}

at::Tensor splitQkv(const at::Tensor& qkv, const at::Tensor& headScale, const RotaryAngles& angles,
                    KeyValues& target) {
    if (!qkv.is_cpu())
        return splitQkvPortable(qkv, headScale, angles, target);
    at::Tensor queries = at::empty({qkv.size(0), qkv.size(3), qkv.size(1), qkv.size(4)}, qkv.options());
    if (qkv.scalar_type() == at::kFloat)
        splitQkvCpu<float>(qkv, headScale, angles, queries, target);
    else
        splitQkvCpu<at::BFloat16>(qkv, headScale, angles, queries, target);
    return queries;
}

} // namespace scalekv
