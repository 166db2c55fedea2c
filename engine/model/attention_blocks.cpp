#include "engine/model/attention_blocks.h"

#include "engine/model/simd_rows.h"

#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace scalekv {
namespace {

constexpr std::int64_t kPadKeys = 32; // few different shapes, so few kernels to compile at run time

at::Tensor view(const float* data, std::int64_t rows, std::int64_t columns, std::int64_t stride) {
    // LibTorch has no read-only tensors over foreign memory; nothing below writes to inputs.
    return at::from_blob(const_cast<float*>(data), {rows, columns}, {stride, 1}, at::kFloat); // NOLINT
}

void widen(const c10::BFloat16* from, std::int64_t stride, std::int64_t rows, std::int64_t columns,
           float* to) {
    for (std::int64_t i = 0; i < rows; ++i)
        std::copy_n(from + i * stride, columns, to + i * columns);
}

/// [keys, dim] → [dim / 2, stride, 2]: pairs along dim, keys side by side.
void interleaveKeys(const c10::BFloat16* k, std::int64_t kStride, std::int64_t keys, std::int64_t dim,
                    std::int64_t stride, c10::BFloat16* out) {
    constexpr std::int64_t kTile =
        16; // keys at a time, so that reads and writes both stay within few cache lines
    for (std::int64_t first = 0; first < keys; first += kTile) {
        const std::int64_t last = std::min(first + kTile, keys);
        for (std::int64_t pair = 0; pair < dim / 2; ++pair) {
            c10::BFloat16* to = out + (pair * stride + first) * 2;
            for (std::int64_t i = first; i < last; ++i, to += 2)
                std::memcpy(to, k + i * kStride + pair * 2, 2 * sizeof(c10::BFloat16));
        }
    }
}

/// [keys, dim] → [keys / 2, dim, 2]: pairs along keys. An odd last key is paired with zeros.
void interleaveValues(const c10::BFloat16* v, std::int64_t vStride, std::int64_t keys, std::int64_t dim,
                      c10::BFloat16* out) {
    for (std::int64_t i = 0; i + 1 < keys; i += 2) {
        const c10::BFloat16* even = v + i * vStride;
        const c10::BFloat16* odd = even + vStride;
        c10::BFloat16* to = out + i * dim;
        for (std::int64_t d = 0; d < dim; ++d) {
            to[2 * d] = even[d];
            to[2 * d + 1] = odd[d];
        }
    }
    if (keys % 2 != 0) {
        const c10::BFloat16* even = v + (keys - 1) * vStride;
        c10::BFloat16* to = out + (keys - 1) * dim;
        for (std::int64_t d = 0; d < dim; ++d) {
            to[2 * d] = even[d];
            to[2 * d + 1] = 0.0F;
        }
    }
}

} // namespace

FloatBlocks::FloatBlocks(std::int64_t dim, std::int64_t tileQueries, std::int64_t blockKeys)
    : dim_(dim), scores_(at::empty({tileQueries * blockKeys}, at::kFloat)) {}

void FloatBlocks::pack(const float* k, std::int64_t kStride, const float* v, std::int64_t vStride,
                       std::int64_t keys) {
    keys_ = keys;
    k_ = view(k, keys, dim_, kStride);
    v_ = view(v, keys, dim_, vStride);
}

const float* FloatBlocks::scores(const float* q, std::int64_t qStride, std::int64_t count, float scale) {
    at::Tensor out = scores_.narrow(0, 0, count * keys_).view({count, keys_});
    at::addmm_out(out, out, view(q, count, dim_, qStride), k_.t(), 0, scale);
    return scores_.const_data_ptr<float>();
}

void FloatBlocks::addWeightedValues(std::int64_t count, float* sums) {
    at::Tensor out = at::from_blob(sums, {count, dim_}, at::kFloat);
    out.addmm_(scores_.narrow(0, 0, count * keys_).view({count, keys_}), v_);
}

WidenedBFloat16Blocks::WidenedBFloat16Blocks(std::int64_t dim, std::int64_t tileQueries,
                                             std::int64_t blockKeys)
    : dim_(dim), float_(dim, tileQueries, blockKeys), k_(std::size_t(blockKeys * dim)),
      v_(std::size_t(blockKeys * dim)), q_(std::size_t(tileQueries * dim)) {}

void WidenedBFloat16Blocks::pack(const Value* k, std::int64_t kStride, const Value* v, std::int64_t vStride,
                                 std::int64_t keys) {
    widen(k, kStride, keys, dim_, k_.data());
    widen(v, vStride, keys, dim_, v_.data());
    float_.pack(k_.data(), dim_, v_.data(), dim_, keys);
}

const float* WidenedBFloat16Blocks::scores(const Value* q, std::int64_t qStride, std::int64_t count,
                                           float scale) {
    widen(q, qStride, count, dim_, q_.data());
    return float_.scores(q_.data(), dim_, count, scale);
}

bool PackedBFloat16Blocks::supported(std::int64_t dim) {
    // LibTorch has no query for "brgemm takes interleaved bf16 here" (could_pack() asks for AMX, but AVX-512
    // BF16 is enough), so one tiny product is tried.
    static const bool works = [] {
        const std::array<Value, 4> ones{Value(1.0F), Value(1.0F), Value(1.0F), Value(1.0F)};
        std::array<float, 4> product{};
        try {
            at::native::cpublas::brgemm(2, 2, 2, 2, 2, 2, false, ones.data(), ones.data(), product.data());
            at::native::cpublas::brgemm_release();
        } catch (const c10::Error&) {
            return false;
        }
        return product[3] == 2.0F;
    }();
    return works && dim % 2 == 0;
}

PackedBFloat16Blocks::PackedBFloat16Blocks(std::int64_t dim, std::int64_t tileQueries, std::int64_t blockKeys)
    : dim_(dim) {
    const std::int64_t keys = (blockKeys + kPadKeys - 1) / kPadKeys * kPadKeys;
    k_.resize(std::size_t(keys * dim));
    v_.resize(std::size_t(keys * dim));
    weights_.resize(std::size_t(tileQueries * keys));
    scores_.resize(std::size_t(tileQueries * keys));
}

PackedBFloat16Blocks::~PackedBFloat16Blocks() {
    at::native::cpublas::brgemm_release();
}

void PackedBFloat16Blocks::pack(const Value* k, std::int64_t kStride, const Value* v, std::int64_t vStride,
                                std::int64_t keys) {
    keys_ = keys;
    paddedKeys_ = (keys + kPadKeys - 1) / kPadKeys * kPadKeys;
    interleaveKeys(k, kStride, keys, dim_, paddedKeys_, k_.data());
    interleaveValues(v, vStride, keys, dim_, v_.data());
    if (paddedKeys_ != keys) {
        // What an earlier, longer block left in the padding could be infinite: zero · infinite is not zero.
        for (std::int64_t pair = 0; pair < dim_ / 2; ++pair)
            std::fill_n(k_.data() + (pair * paddedKeys_ + keys) * 2, (paddedKeys_ - keys) * 2, Value(0.0F));
        const std::int64_t written = (keys + 1) / 2 * 2;
        std::fill(v_.data() + written * dim_, v_.data() + paddedKeys_ * dim_, Value(0.0F));
        std::fill(weights_.begin(), weights_.end(), Value(0.0F));
    }
}

const float* PackedBFloat16Blocks::scores(const Value* q, std::int64_t qStride, std::int64_t count,
                                          float scale) {
    at::native::cpublas::brgemm(count, paddedKeys_, dim_, qStride, paddedKeys_, paddedKeys_, false, q,
                                k_.data(), scores_.data());
    if (scale != 1.0F)
        rows::scale(scores_.data(), scale, count * paddedKeys_);
    return scores_.data();
}

void PackedBFloat16Blocks::addWeightedValues(std::int64_t count, float* sums) {
    at::native::cpublas::brgemm(count, dim_, paddedKeys_, paddedKeys_, dim_, dim_, true, weights_.data(),
                                v_.data(), sums);
}

} // namespace scalekv
