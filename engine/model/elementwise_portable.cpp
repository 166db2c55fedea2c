#include "engine/model/elementwise_portable.h"

namespace scalekv {

at::Tensor normalizeLayerPortable(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& shift,
                                  at::ScalarType type) {
    at::Tensor out = at::empty(x.sizes(), x.options().dtype(type));
    return at::addcmul_out(out, shift.unsqueeze(1), at::layer_norm(x, {x.size(2)}, {}, {}, kLayerNormEpsilon),
                           gain.unsqueeze(1));
}

void addScaledPortable(at::Tensor& x, const at::Tensor& y, const at::Tensor& gain) {
    x.addcmul_(y, gain.unsqueeze(1));
}

at::Tensor splitQkvPortable(const at::Tensor& qkv, const at::Tensor& headScale, const RotaryAngles& angles,
                            KeyValues& target) {
    const std::int64_t sequences = qkv.size(0), length = qkv.size(1), heads = qkv.size(3), dim = qkv.size(4);
    const at::Tensor both = // a copy of q and k, [S, L, 2, H, D]
        qkv.narrow(2, 0, 2).to(at::kFloat, false, true, at::MemoryFormat::Contiguous);
    at::Tensor factors = at::linalg_vector_norm(both, 2, -1, true).clamp_min_(1e-12).reciprocal_();
    factors.select(2, 0).mul_(headScale.unsqueeze(-1));
    // A pair (2i, 2i+1) is a complex number, which its angle turns.
    at::view_as_complex(both.unflatten(-1, {-1, 2})).mul_(angles.turns.view({length, 1, 1, dim / 2}));
    // In the order of qkv, so that the pass reads and writes alike; attention takes any.
    at::Tensor queries = at::empty({sequences, length, heads, dim}, qkv.options());
    at::mul_out(queries, both.select(2, 0), factors.select(2, 0));
    at::Tensor keys = target.keys.transpose(1, 2);
    at::mul_out(keys, both.select(2, 1), factors.select(2, 1));
    target.values.copy_(qkv.select(2, 2).transpose(1, 2));
    return queries.transpose(1, 2);
}

} // namespace scalekv
