#include "engine/analysis/key_scores.h"

#include "engine/model/attention_blocks.h"

#include <ATen/ATen.h>
#include <ATen/native/CPUBlas.h>

#include <algorithm>

namespace scalekv {
namespace {

using at::native::cpublas::brgemm;

constexpr std::int64_t kQueries = KeyScores::kMostQueries;
constexpr std::int64_t kBlockKeys = 64; // one shape of block, so one kernel to compile at run time

template <typename T>
const T* row(const at::Tensor& matrix, std::int64_t i) {
    return static_cast<const T*>(matrix.const_data_ptr()) + i * matrix.stride(0);
}

at::Tensor view(const float* data, std::int64_t rows, std::int64_t columns, std::int64_t stride) {
    // LibTorch has no read-only tensors over foreign memory; nothing below writes to inputs.
    return at::from_blob(const_cast<float*>(data), {rows, columns}, {stride, 1}, at::kFloat); // NOLINT
}

} // namespace

KeyScores::KeyScores(at::ScalarType type, std::int64_t dim)
    : type_(type), dim_(dim), packed_(type == at::kBFloat16 && PackedBFloat16Blocks::supported(dim)) {
    if (packed_) {
        packedQueries_.resize(std::size_t(kQueries * dim));
        packedKeys_.resize(std::size_t(kBlockKeys * dim));
        block_.resize(std::size_t(kBlockKeys * kQueries));
    } else {
        queries_.resize(std::size_t(kQueries * dim));
        keys_.resize(type == at::kFloat ? 0 : std::size_t(kBlockKeys * dim));
    }
}

KeyScores::~KeyScores() {
    if (packed_)
        at::native::cpublas::brgemm_release();
}

void KeyScores::setQueries(const at::Tensor& queries, std::span<const std::int64_t> tokens) {
    count_ = std::int64_t(tokens.size());
    if (packed_) // [D / 2, kQueries, 2]: pairs along D, queries side by side; absent queries are zero
        std::fill(packedQueries_.begin(), packedQueries_.end(), c10::BFloat16(0.0F));
    for (std::int64_t q = 0; q < count_; ++q) {
        const std::int64_t token = tokens[std::size_t(q)];
        if (packed_) {
            const auto* from = row<c10::BFloat16>(queries, token);
            for (std::int64_t d = 0; d < dim_; ++d)
                packedQueries_[std::size_t((d / 2 * kQueries + q) * 2 + d % 2)] = from[d];
        } else if (type_ == at::kFloat) {
            std::copy_n(row<float>(queries, token), dim_, queries_.data() + q * dim_);
        } else {
            std::copy_n(row<c10::BFloat16>(queries, token), dim_, queries_.data() + q * dim_);
        }
    }
}

void KeyScores::scores(const at::Tensor& keys, std::int64_t first, std::int64_t count, float* out,
                       std::int64_t stride) {
    if (packed_)
        packed(keys, first, count, out, stride);
    else
        widened(keys, first, count, out, stride);
}

void KeyScores::widened(const at::Tensor& keys, std::int64_t first, std::int64_t count, float* out,
                        std::int64_t stride) {
    const auto product = [&](const float* block, std::int64_t blockStride, std::int64_t n, float* to) {
        at::Tensor result = at::from_blob(to, {count_, n}, {stride, 1}, at::kFloat);
        at::addmm_out(result, result, view(queries_.data(), count_, dim_, dim_),
                      view(block, n, dim_, blockStride).t(), 0);
    };
    if (type_ == at::kFloat) {
        product(row<float>(keys, first), keys.stride(0), count, out);
        return;
    }
    for (std::int64_t done = 0; done < count; done += kBlockKeys) {
        const std::int64_t n = std::min(kBlockKeys, count - done);
        for (std::int64_t i = 0; i < n; ++i)
            std::copy_n(row<c10::BFloat16>(keys, first + done + i), dim_, keys_.data() + i * dim_);
        product(keys_.data(), dim_, n, out + done);
    }
}

void KeyScores::packed(const at::Tensor& keys, std::int64_t first, std::int64_t count, float* out,
                       std::int64_t stride) {
    for (std::int64_t done = 0; done < count; done += kBlockKeys) {
        const std::int64_t n = std::min(kBlockKeys, count - done);
        const c10::BFloat16* block = row<c10::BFloat16>(keys, first + done);
        std::int64_t blockStride = keys.stride(0);
        if (n < kBlockKeys) { // nothing may be read behind the last key
            for (std::int64_t i = 0; i < n; ++i)
                std::copy_n(block + i * blockStride, dim_, packedKeys_.data() + i * dim_);
            block = packedKeys_.data();
            blockStride = dim_;
        }
        brgemm(kBlockKeys, kQueries, dim_, blockStride, kQueries, kQueries, false, block,
               packedQueries_.data(), block_.data());
        for (std::int64_t q = 0; q < count_; ++q)
            for (std::int64_t i = 0; i < n; ++i)
                out[q * stride + done + i] = block_[std::size_t(i * kQueries + q)];
    }
}

} // namespace scalekv
