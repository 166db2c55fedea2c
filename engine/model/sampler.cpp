#include "engine/model/sampler.h"

#include <limits>

namespace scalekv {

at::Tensor Sampler::draw(const at::Tensor& logits, at::Generator& generator) const {
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    const std::int64_t batch = logits.size(0);
    const std::int64_t length = logits.size(1);
    at::Tensor pairs = logits.to(at::kCPU, at::kFloat).reshape({-1, 2}).clone();
    if (topK == 1) // of two values, any other number keeps both
        pairs.masked_fill_(pairs < pairs.amax(-1, true), kNever);
    if (topP > 0) {
        // The values in ascending order of logit lose those whose summed probability is at most 1 − topP; the
        // largest always stays.
        const auto [sorted, order] = pairs.sort(-1, false);
        at::Tensor remove = sorted.softmax(-1).cumsum(-1) <= 1.0 - topP;
        remove.select(-1, 1).fill_(false);
        pairs.masked_fill_(remove.scatter(-1, order, remove), kNever);
    }
    return at::multinomial(pairs.softmax(-1), 1, true, generator).view({batch, length, -1});
}

} // namespace scalekv
