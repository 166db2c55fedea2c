#include "engine/model/sampler.h"

#include <limits>

namespace scalekv {

at::Tensor Sampler::probabilities(const at::Tensor& logits) const {
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    const at::Tensor pairs = logits.to(at::kFloat).reshape({-1, 2});
    const at::Tensor zero = pairs.select(1, 0), one = pairs.select(1, 1);
    at::Tensor never; // [n, 2]
    if (topK == 1)    // of two values, any other number keeps both
        never = pairs < pairs.amax(-1, true);
    if (topP > 0) {
        // The values in ascending order of logit lose those whose summed probability is at most 1 − topP; the
        // largest always stays. Of two that is the smaller one, if that unlikely.
        const at::Tensor oneIsLarger = zero <= one;
        const at::Tensor unlikely = at::stack({oneIsLarger, oneIsLarger.logical_not()}, 1)
                                        .logical_and_(pairs.softmax(-1).amin(-1, true) <= 1.0 - topP);
        never = never.defined() ? never.logical_or_(unlikely) : unlikely;
    }
    return (never.defined() ? pairs.masked_fill(never, kNever) : pairs).softmax(-1);
}

at::Tensor Sampler::drawn(const at::Tensor& probabilities, const at::Tensor& exponential) {
    return at::argmax(at::div(probabilities, exponential), -1);
}

at::Tensor Sampler::draw(const at::Tensor& logits, at::Generator& generator) const {
    const at::Tensor chances = probabilities(logits);
    at::Tensor bits;
    if (logits.is_cpu()) {
        bits = at::multinomial(chances, 1, true, generator);
    } else {
        const at::Tensor exponential = at::empty(chances.sizes(), at::kFloat).exponential_(1, generator);
        bits = drawn(chances, exponential.to(chances.device()));
    }
    return bits.view({logits.size(0), logits.size(1), -1});
}

} // namespace scalekv
