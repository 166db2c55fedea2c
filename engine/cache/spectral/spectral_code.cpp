#include "engine/cache/spectral/spectral_code.h"

#include "engine/cache/spectral/bit_stream.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace scalekv {
namespace {

enum Kind { kKeys, kValues, kKinds };

/// Levels are energies in half octaves. One without energy has the least, and gets no bits.
constexpr int kNothing = std::numeric_limits<std::int8_t>::min();
constexpr int kMostLevel = std::numeric_limits<std::int8_t>::max();

int levelOf(double energy) {
    if (!(energy > 0))
        return kNothing;
    return static_cast<int>(
        std::clamp(std::round(2 * std::log2(energy)), kNothing + 1.0, double(kMostLevel)));
}
double energyOf(int level) {
    return std::exp2(level / 2.0);
}

/// Attention averages over tokens, and the more the faster errors change from token to token: what an error
/// counts falls with its frequency, to a half at this many half waves.
constexpr float kHalfFrequency = 6;

/// How many bits a number gets whose errors count `above` half octaves more than a common threshold: the b-th
/// bit where what it saves (the difference of the quantisers' mean squared errors) reaches the threshold.
constexpr int kAboveForAll = 26;
int bitsAt(int above) {
    static constexpr std::array<int, GaussianQuantizer::kMostBits> kNeeded{1,  4,  7,  11,
                                                                           14, 18, 22, kAboveForAll};
    static constexpr auto kBits = [] {
        std::array<std::int8_t, kAboveForAll + 1> bits{};
        for (std::size_t i = 0; i < bits.size(); ++i)
            for (const int needed : kNeeded)
                bits[i] = static_cast<std::int8_t>(bits[i] + (int(i) >= needed ? 1 : 0));
        return bits;
    }();
    return kBits[std::size_t(std::clamp(above, 0, kAboveForAll))];
}

} // namespace

/// What stands before the codes.
struct SpectralCode::Head {
    int keyWeight = 0;
    std::array<std::vector<int>, kKinds> bands, channels;

    /// Of one channel in one band; the first band is the mean's, with one level for all channels.
    int level(int kind, std::size_t band, std::size_t channel) const {
        const int ofBand = bands[std::size_t(kind)][band], ofChannel = channels[std::size_t(kind)][channel];
        if (ofBand == kNothing || (band > 0 && ofChannel == kNothing))
            return kNothing;
        return std::max(kNothing + 1, ofBand + (band > 0 ? ofChannel : 0));
    }
    void write(std::span<std::byte> out) const {
        std::size_t at = 0;
        const auto put = [&](int level) {
            out[at++] = static_cast<std::byte>(static_cast<std::int8_t>(level));
        };
        put(keyWeight);
        for (int kind = 0; kind < kKinds; ++kind) {
            std::ranges::for_each(bands[std::size_t(kind)], put);
            std::ranges::for_each(channels[std::size_t(kind)], put);
        }
    }
    static Head read(std::span<const std::byte> in, std::size_t bandCount, std::size_t dim) {
        Head head;
        std::size_t at = 0;
        const auto take = [&] { return int{static_cast<std::int8_t>(in[at++])}; };
        head.keyWeight = take();
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
            std::generate_n(std::back_inserter(head.bands[kind]), bandCount, take);
            std::generate_n(std::back_inserter(head.channels[kind]), dim, take);
        }
        return head;
    }
};

SpectralCode::SpectralCode(const MapSpectrum& spectrum, std::int64_t headDim)
    : spectrum_(spectrum), dim_(headDim), cells_(spectrum.counts().size()) {
    for (const float frequency : spectrum.frequencies())
        profile_.push_back(levelOf(1 / (1 + frequency / kHalfFrequency)));
}

std::int64_t SpectralCode::headBytes(std::size_t bands, std::int64_t headDim) {
    return 1 + kKinds * (std::int64_t(bands) + headDim);
}

/// Finds out how many bits each cell gets of what is there.
void SpectralCode::divide(const Head& head, std::int64_t bits) {
    const std::size_t bands = spectrum_.counts().size();
    struct Candidate {
        int kind, band, channel, level, counts;
    };
    std::vector<Candidate> candidates;
    int least = std::numeric_limits<int>::max();
    int most = std::numeric_limits<int>::min();
    for (std::size_t band = 0; band < bands; ++band) {
        for (int kind = 0; kind < kKinds; ++kind) {
            for (std::size_t channel = 0; channel < std::size_t(dim_); ++channel) {
                const int level = head.level(kind, band, channel);
                if (level == kNothing || spectrum_.counts()[band] == 0)
                    continue;
                const int counts = level + profile_[band] + (kind == kKeys ? head.keyWeight : 0);
                candidates.push_back({kind, int(band), int(channel), level, counts});
                least = std::min(least, counts);
                most = std::max(most, counts);
            }
        }
    }
    for (auto& some : cells_)
        some.clear();
    if (candidates.empty())
        return;

    std::vector<std::int64_t> numbers(std::size_t(most - least) + 1, 0);
    for (const Candidate& candidate : candidates)
        numbers[std::size_t(candidate.counts - least)] += spectrum_.counts()[std::size_t(candidate.band)];
    const auto needed = [&](int threshold) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < numbers.size(); ++i)
            sum += numbers[i] * bitsAt(least + int(i) - threshold);
        return sum;
    };
    int low = least - kAboveForAll; // everything has all its bits there, nothing has any at `high`
    int high = most;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (needed(middle) <= bits)
            high = middle;
        else
            low = middle + 1;
    }
    std::int64_t left = bits - needed(high);
    for (const Candidate& candidate :
         candidates) { // what is left goes to who comes next, low frequencies first
        const std::int64_t count = spectrum_.counts()[std::size_t(candidate.band)];
        int given = bitsAt(candidate.counts - high);
        if (count <= left && bitsAt(candidate.counts - high + 1) > given) {
            ++given;
            left -= count;
        }
        if (given > 0)
            cells_[std::size_t(candidate.band)].push_back(
                {candidate.kind * dim_ + candidate.channel, given,
                 static_cast<float>(std::sqrt(energyOf(candidate.level))), &GaussianQuantizer::of(given)});
    }
}

SpectralCode::Head SpectralCode::headOf(const at::Tensor& spectrum, float queryNorm) const {
    const std::size_t bands = spectrum_.counts().size(), dim = std::size_t(dim_), width = kKinds * dim;
    const float* numbers = spectrum.const_data_ptr<float>();
    std::vector<double> energies(bands * width, 0); // of each channel in each band
    for (std::size_t f = 0; f < spectrum_.bands().size(); ++f) {
        double* band = energies.data() + std::size_t(spectrum_.bands()[f]) * width;
        for (std::size_t c = 0; c < width; ++c)
            band[c] += double{numbers[f * width + c]} * numbers[f * width + c];
    }
    const auto others =
        static_cast<double>(std::max<std::int64_t>(1, spectrum_.tokens() - 1)); // than the mean
    Head head;
    double valueEnergy = 0; // without the mean's
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        std::vector<double> channels(dim, 0);
        for (std::size_t band = 0; band < bands; ++band) {
            const double* all = energies.data() + band * width + kind * dim;
            const double sum = std::accumulate(all, all + dim, 0.0);
            const auto count = static_cast<double>(std::max<std::int64_t>(1, spectrum_.counts()[band]));
            const int level = levelOf(sum / (count * static_cast<double>(dim)));
            head.bands[kind].push_back(level);
            for (std::size_t c = 0; band > 0 && level != kNothing && c < dim; ++c)
                channels[c] += all[c] / energyOf(level);
            if (kind == kValues && band > 0)
                valueEnergy += sum;
        }
        for (const double energy : channels)
            head.channels[kind].push_back(levelOf(energy / others));
    }
    // An error ε of a key moves what attention gives by a (q·ε) (v − o), one of a value by a ε: squared and
    // summed, ‖q‖² times the variance of a channel of the values against 1.
    head.keyWeight =
        levelOf(double{queryNorm} * queryNorm * valueEnergy / (others * static_cast<double>(dim)));
    return head;
}

void SpectralCode::encode(const at::Tensor& tokens, float queryNorm, std::span<std::byte> out) {
    const at::Tensor spectrum = spectrum_.of(tokens);
    const Head head = headOf(spectrum, queryNorm);
    head.write(out);
    const std::span<std::byte> codes = out.subspan(std::size_t(headBytes(spectrum_.counts().size(), dim_)));
    divide(head, std::int64_t(codes.size()) * 8);
    BitWriter writer(codes);
    const float* row = spectrum.const_data_ptr<float>();
    for (const int band : spectrum_.bands()) {
        for (const Cell& cell : cells_[std::size_t(band)])
            writer.put(cell.quantizer->code(row[cell.channel] / cell.deviation), cell.bits);
        row += kKinds * dim_;
    }
    writer.finish();
}

at::Tensor SpectralCode::decode(std::span<const std::byte> in) {
    const std::size_t bands = spectrum_.counts().size();
    const std::span<const std::byte> codes = in.subspan(std::size_t(headBytes(bands, dim_)));
    divide(Head::read(in, bands, std::size_t(dim_)), std::int64_t(codes.size()) * 8);
    const at::Tensor spectrum = at::zeros({spectrum_.tokens(), kKinds * dim_}, at::kFloat);
    BitReader reader(codes);
    float* row = spectrum.mutable_data_ptr<float>();
    for (const int band : spectrum_.bands()) {
        for (const Cell& cell : cells_[std::size_t(band)])
            row[cell.channel] = cell.quantizer->levels()[reader.take(cell.bits)] * cell.deviation;
        row += kKinds * dim_;
    }
    const auto lastUsed =
        std::find_if(cells_.rbegin(), cells_.rend(), [](const auto& cells) { return !cells.empty(); });
    return spectrum_.back(spectrum, std::size_t(cells_.rend() - lastUsed));
}

} // namespace scalekv
