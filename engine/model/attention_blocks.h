#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/BFloat16.h>

#include <cstdint>
#include <vector>

/// The two small matrix products inside tiled attention, in three forms. Each holds one thread's buffers for
/// a block of keys and values and a tile of queries. `Value` is the type of queries, keys and values.
namespace scalekv {

/// fp32 throughout, with LibTorch's sgemm.
class FloatBlocks {
public:
    using Value = float;
    FloatBlocks(std::int64_t dim, std::int64_t tileQueries, std::int64_t blockKeys);
    /// Takes `keys` rows of keys and values, [keys, dim] with the given row strides; they must stay valid
    /// until the next pack().
    void pack(const float* k, std::int64_t kStride, const float* v, std::int64_t vStride, std::int64_t keys);
    /// scale · q kᵀ for `count` queries: [count, keys], rows `stride()` apart.
    const float* scores(const float* q, std::int64_t qStride, std::int64_t count, float scale);
    std::int64_t stride() const { return keys_; }
    /// Where the softmax weights of row i go ([count, keys]).
    float* weights(std::int64_t i) { return scores_.data_ptr<float>() + i * keys_; }
    /// sums [count, dim] += weights · values
    void addWeightedValues(std::int64_t count, float* sums);

private:
    std::int64_t dim_;
    std::int64_t keys_ = 0;
    at::Tensor scores_;
    at::Tensor k_, v_;
};

/// bf16 in memory, widened to fp32 a block at a time: for processors without bf16 arithmetic.
class WidenedBFloat16Blocks {
public:
    using Value = c10::BFloat16;
    WidenedBFloat16Blocks(std::int64_t dim, std::int64_t tileQueries, std::int64_t blockKeys);
    void pack(const Value* k, std::int64_t kStride, const Value* v, std::int64_t vStride, std::int64_t keys);
    const float* scores(const Value* q, std::int64_t qStride, std::int64_t count, float scale);
    std::int64_t stride() const { return float_.stride(); }
    float* weights(std::int64_t i) { return float_.weights(i); }
    void addWeightedValues(std::int64_t count, float* sums) { float_.addWeightedValues(count, sums); }

private:
    std::int64_t dim_;
    FloatBlocks float_;
    std::vector<float> k_, v_, q_;
};

/// bf16 products summed in fp32 by oneDNN's block kernels (`brgemm`, as LibTorch carries them). Keys and
/// values are first interleaved in pairs, the order in which the processor's bf16 instructions take them.
class PackedBFloat16Blocks {
public:
    using Value = c10::BFloat16;
    static bool supported(std::int64_t dim);
    PackedBFloat16Blocks(std::int64_t dim, std::int64_t tileQueries, std::int64_t blockKeys);
    ~PackedBFloat16Blocks();
    PackedBFloat16Blocks(const PackedBFloat16Blocks&) = delete;
    PackedBFloat16Blocks& operator=(const PackedBFloat16Blocks&) = delete;
    void pack(const Value* k, std::int64_t kStride, const Value* v, std::int64_t vStride, std::int64_t keys);
    const float* scores(const Value* q, std::int64_t qStride, std::int64_t count, float scale);
    std::int64_t stride() const { return paddedKeys_; }
    Value* weights(std::int64_t i) { return weights_.data() + i * paddedKeys_; }
    void addWeightedValues(std::int64_t count, float* sums);

private:
    std::int64_t dim_;
    std::int64_t keys_ = 0;
    std::int64_t paddedKeys_ =
        0; ///< keys rounded up; the rows of the padding are zero and so are their weights
    std::vector<Value> k_, v_, weights_;
    std::vector<float> scores_;
};

} // namespace scalekv
