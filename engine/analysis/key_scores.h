#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace scalekv {

/// q kᵀ in fp32 for a few queries of one head and any number of keys: the small product inside the attention
/// probe. One thread's buffers. Keys are read where they lie; attention's own blocks would first interleave
/// them, which only pays where hundreds of queries meet each block.
class KeyScores {
public:
    static constexpr std::int64_t kMostQueries = 32;

    /// `type`: fp32 or bf16, of queries and keys.
    KeyScores(at::ScalarType type, std::int64_t dim);
    ~KeyScores();
    KeyScores(const KeyScores&) = delete;
    KeyScores& operator=(const KeyScores&) = delete;

    /// Takes the rows `tokens` (at most kMostQueries) of queries [L, D], a CPU tensor with contiguous rows.
    void setQueries(const at::Tensor& queries, std::span<const std::int64_t> tokens);
    /// out[q · stride + i] = score of query q with key first + i, for 0 ≤ i < count. keys [n, D], as above.
    void scores(const at::Tensor& keys, std::int64_t first, std::int64_t count, float* out,
                std::int64_t stride);

private:
    void widened(const at::Tensor& keys, std::int64_t first, std::int64_t count, float* out,
                 std::int64_t stride);
    void packed(const at::Tensor& keys, std::int64_t first, std::int64_t count, float* out,
                std::int64_t stride);

    at::ScalarType type_;
    std::int64_t dim_;
    bool packed_; ///< bf16 arithmetic
    std::int64_t count_ = 0;
    std::vector<float> queries_, keys_, block_;
    std::vector<c10::BFloat16> packedQueries_, packedKeys_;
};

} // namespace scalekv
