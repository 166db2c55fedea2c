#include "engine/image/group_norm.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace scalekv::vae {
namespace {

/// Few enough that fp32 sums over a block are as good as exact, many enough to be worth a thread's turn.
constexpr std::int64_t kPixelsPerBlock = 128;

struct Moments {
    double sum = 0, squares = 0;
};

/// Of one block's pixels, added to the moments of their groups. `sums`: room for 2 · C numbers.
template <typename T>
void addMoments(const T* pixels, std::int64_t count, std::int64_t channels, std::int64_t groups, float* sums,
                Moments* ofGroups) {
    float* squares = sums + channels;
    std::fill_n(sums, 2 * channels, 0.0F);
    for (std::int64_t n = 0; n < count; ++n, pixels += channels)
        for (std::int64_t c = 0; c < channels; ++c) {
            const auto value = static_cast<float>(pixels[c]);
            sums[c] += value;
            squares[c] += value * value;
        }
    const std::int64_t channelsPerGroup = channels / groups;
    for (std::int64_t c = 0; c < channels; ++c) {
        Moments& moments = ofGroups[c / channelsPerGroup];
        moments.sum += double(sums[c]);
        moments.squares += double(squares[c]);
    }
}

/// What becomes of a value of each channel: value · gain + shift.
struct Affine {
    std::vector<float> gain, shift;
};

/// [B · C], picture by picture.
template <typename T>
Affine affineOf(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, std::int64_t groups,
                double epsilon) {
    const std::int64_t batch = x.size(0), channels = x.size(1), pixels = x.size(2) * x.size(3);
    const std::int64_t blocks = (pixels + kPixelsPerBlock - 1) / kPixelsPerBlock;
    std::vector<Moments> moments(std::size_t(batch * blocks * groups)); // [picture][block][group]
    const T* values = x.const_data_ptr<T>();
    at::parallel_for(0, batch * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> room(std::size_t(2 * channels));
        for (std::int64_t n = begin; n < end; ++n) {
            const std::int64_t first = n % blocks * kPixelsPerBlock;
            addMoments(values + (n / blocks * pixels + first) * channels,
                       std::min(kPixelsPerBlock, pixels - first), channels, groups, room.data(),
                       moments.data() + n * groups);
        }
    });

    const std::int64_t channelsPerGroup = channels / groups;
    const double count = double(channelsPerGroup * pixels);
    Affine affine{std::vector<float>(std::size_t(batch * channels)),
                  std::vector<float>(std::size_t(batch * channels))};
    for (std::int64_t picture = 0; picture < batch; ++picture)
        for (std::int64_t group = 0; group < groups; ++group) {
            Moments all;
            for (std::int64_t block = 0; block < blocks; ++block) {
                const Moments& one = moments[std::size_t((picture * blocks + block) * groups + group)];
                all.sum += one.sum;
                all.squares += one.squares;
            }
            const double mean = all.sum / count;
            const double inverse = 1 / std::sqrt(std::max(0.0, all.squares / count - mean * mean) + epsilon);
            for (std::int64_t c = group * channelsPerGroup; c < (group + 1) * channelsPerGroup; ++c) {
                const double gain = double(weight.const_data_ptr<float>()[c]) * inverse;
                affine.gain[std::size_t(picture * channels + c)] = float(gain);
                affine.shift[std::size_t(picture * channels + c)] =
                    float(double(bias.const_data_ptr<float>()[c]) - mean * gain);
            }
        }
    return affine;
}

template <typename T>
at::Tensor normalized(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      std::int64_t groups, double epsilon) {
    const Affine affine = affineOf<T>(x, weight, bias, groups, epsilon);
    const std::int64_t channels = x.size(1), pixels = x.size(2) * x.size(3), all = x.size(0) * pixels;
    at::Tensor out = at::empty_like(x);
    const at::Tensor flat = out.permute({0, 2, 3, 1}).view({all * channels});
    const T* from = x.const_data_ptr<T>();
    T* to = out.mutable_data_ptr<T>();
    at::parallel_for(
        0, (all + kPixelsPerBlock - 1) / kPixelsPerBlock, 1, [&](std::int64_t begin, std::int64_t end) {
            const c10::InferenceMode inference; // a thread's own
            for (std::int64_t block = begin; block < end; ++block) {
                const std::int64_t first = block * kPixelsPerBlock,
                                   last = std::min(first + kPixelsPerBlock, all);
                for (std::int64_t n = first; n < last; ++n) {
                    const float* gain = affine.gain.data() + n / pixels * channels;
                    const float* shift = affine.shift.data() + n / pixels * channels;
                    const T* in = from + n * channels;
                    T* result = to + n * channels;
                    for (std::int64_t c = 0; c < channels; ++c)
                        result[c] = static_cast<T>(static_cast<float>(in[c]) * gain[c] + shift[c]);
                }
                at::Tensor part = flat.narrow(0, first * channels, (last - first) * channels);
                at::silu_(part); // within a thread's work it does not divide its own
            }
        });
    return out;
}

} // namespace

at::Tensor groupNormSwish(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                          std::int64_t groups, double epsilon) {
    const at::Tensor rows = x.contiguous(at::MemoryFormat::ChannelsLast);
    return rows.scalar_type() == at::kFloat ? normalized<float>(rows, weight, bias, groups, epsilon)
                                            : normalized<at::BFloat16>(rows, weight, bias, groups, epsilon);
}

at::Tensor groupNormPortable(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                             std::int64_t groups, double epsilon) {
    const std::int64_t batch = x.size(0), channels = x.size(1), pixels = x.size(2) * x.size(3);
    // Of a group: the mean of its channels' means, and of their mean squares.
    const auto ofGroups = [&](const at::Tensor& ofChannels) {
        return ofChannels.view({batch, groups, channels / groups}).mean(2, true);
    };
    const at::Tensor mean = ofGroups(x.mean({2, 3}, false, at::kFloat));
    const at::Tensor square =
        ofGroups(at::linalg_vector_norm(x, 2, {2, 3}, false, at::kFloat).square_().div_(double(pixels)));
    const at::Tensor inverse = (square - mean.square()).clamp_min_(0).add_(epsilon).rsqrt_();
    const at::Tensor gain = weight.view({1, groups, channels / groups}) * inverse;
    const at::Tensor shift = bias.view({1, groups, channels / groups}) - mean * gain;
    at::Tensor out = at::empty_like(x);
    return at::addcmul_out(out, shift.view({batch, channels, 1, 1}), x, gain.view({batch, channels, 1, 1}));
}

} // namespace scalekv::vae
