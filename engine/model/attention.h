#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace scalekv {

/// A stretch of keys and values, [S, H, n, D] each, the last dimension contiguous. A layer's history and the
/// current map are two stretches: attention reads both where they lie, so that they never have to be joined.
struct KeyValues {
    at::Tensor keys;
    at::Tensor values;
    std::int64_t tokens() const { return keys.size(2); }
};

/// softmax(scale · q kᵀ) v over all stretches together, without a mask.
/// queries [S, H, L, D] (last dimension contiguous) → out [S, L, H, D] (contiguous, same type), which must
/// exist.
///
/// On the CPU a tiled kernel with a running softmax: temporary memory does not grow with L or with the number
/// of keys. On other devices LibTorch's scaled_dot_product_attention.
void attention(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale,
               at::Tensor& out);
/// The same into a tensor of its own, without a copy on any device.
at::Tensor attention(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale);

/// What a layer's attention reads.
struct Attended {
    std::span<const KeyValues> stretches; ///< what all heads read alike, [S, H, n, D] each
    /// Where heads hold different entries: of each head what it alone reads, before the rest, [S, 1, n, D]
    /// each. Else empty.
    std::span<const std::vector<KeyValues>> byHead = {};
};
/// The same over what each head reads. On the CPU every stretch is read where it lies, and heads that read
/// more than others do not make a thread wait; on other devices one head after the other, its stretches
/// joined.
at::Tensor attentionByHead(const at::Tensor& queries, const Attended& attended, double scale);
/// The form for any device.
at::Tensor attentionByHeadPortable(const at::Tensor& queries, const Attended& attended, double scale);

/// The form for any device, made of LibTorch's operators. What attention() uses away from the CPU. `mask`:
/// added to the products, [S, 1, 1, n] in the queries' type; undefined: none.
at::Tensor attentionPortable(const at::Tensor& queries, std::span<const KeyValues> stretches, double scale,
                             const at::Tensor& mask = {});

} // namespace scalekv
