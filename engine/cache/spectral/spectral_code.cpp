#include "engine/cache/spectral/spectral_code.h"

#include "engine/cache/spectral/bit_stream.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace scalekv {
namespace {

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
/// Of a band and a channel together.
constexpr int kLeastSum = kNothing + 1, kMostSum = 2 * kMostLevel;
float deviationOf(int level) {
    static const auto kDeviations = [] {
        std::array<float, kMostSum - kLeastSum + 1> all{};
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<float>(std::sqrt(energyOf(kLeastSum + int(i))));
        return all;
    }();
    return kDeviations[std::size_t(level - kLeastSum)];
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
        return std::max(kLeastSum, ofBand + (band > 0 ? ofChannel : 0));
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
            head.bands[kind].resize(bandCount);
            head.channels[kind].resize(dim);
            std::ranges::generate(head.bands[kind], take);
            std::ranges::generate(head.channels[kind], take);
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

std::int64_t SpectralCode::placeOf(Kind kind, std::int64_t channel) const {
    // Groups stand a few numbers further apart than they are long: else the same places of all would meet in
    // the same corner of the CPU's caches.
    const std::int64_t group = (spectrum_.tokens() + 1) * kLanes;
    return (kind * groups() + channel / kLanes) * group + channel % kLanes;
}

/// Finds out how many bits each cell gets of what is there.
void SpectralCode::divide(const Head& head, std::int64_t bits) {
    for (auto& some : cells_)
        some.clear();
    // Those of one kind in one band count alike where their channels have the same level.
    std::array<std::vector<std::pair<int, std::int64_t>>, kKinds> channels; // level, how many
    for (const Kind kind : {kKeys, kValues}) {
        std::vector<int> levels = head.channels[kind];
        std::ranges::sort(levels);
        for (auto level = levels.begin(); level != levels.end();) {
            const auto next = std::upper_bound(level, levels.end(), *level);
            if (*level != kNothing)
                channels[kind].emplace_back(*level, next - level);
            level = next;
        }
    }
    const auto forEachBand = [&](const auto& visit) { // where there is anything
        for (std::size_t band = 0; band < cells_.size(); ++band)
            for (const Kind kind : {kKeys, kValues})
                if (spectrum_.counts()[band] > 0 && head.bands[kind][band] != kNothing)
                    visit(band, kind, profile_[band] + (kind == kKeys ? head.keyWeight : 0));
    };
    constexpr int kLeast = kLeastSum + 2 * kNothing, kMost = kMostSum + 2 * kMostLevel; // that any can count
    std::array<std::int64_t, kMost - kLeast + 1> numbers{};                             // that count so much
    int least = kMost;
    int most = kLeast;
    forEachBand([&](std::size_t band, Kind kind, int more) {
        const auto add = [&](int counts, std::int64_t cells) {
            numbers[std::size_t(counts - kLeast)] += cells * spectrum_.counts()[band];
            least = std::min(least, counts);
            most = std::max(most, counts);
        };
        if (band == 0)
            add(head.bands[kind][band] + more, dim_);
        else
            for (const auto& [level, cells] : channels[kind])
                add(std::max(kLeastSum, head.bands[kind][band] + level) + more, cells);
    });
    if (most < least)
        return;
    const auto needed = [&](int threshold) {
        std::int64_t sum = 0;
        for (int counts = std::max(least, threshold); counts <= most; ++counts)
            sum += numbers[std::size_t(counts - kLeast)] * bitsAt(counts - threshold);
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
    std::int64_t left = bits - needed(high); // goes to who comes next, low frequencies first
    forEachBand([&](std::size_t band, Kind kind, int more) {
        const std::int64_t count = spectrum_.counts()[band];
        for (std::int64_t channel = 0; channel < dim_; ++channel) {
            const int level = head.level(kind, band, std::size_t(channel));
            const int above = level + more - high;
            if (level == kNothing || bitsAt(above + 1) == 0)
                continue;
            int given = bitsAt(above);
            if (count <= left && bitsAt(above + 1) > given) {
                ++given;
                left -= count;
            }
            if (given == 0)
                continue;
            const GaussianQuantizer& quantizer = GaussianQuantizer::of(given);
            cells_[band].push_back({kind * dim_ + channel, placeOf(kind, channel), given, deviationOf(level),
                                    &quantizer, quantizer.levels().data()});
        }
    });
}

/// What all tokens have in common is in the spectrum's first number alone, so many times as large.
float SpectralCode::meanFactor() const {
    return std::sqrt(static_cast<float>(spectrum_.tokens()));
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

void SpectralCode::encode(const at::Tensor& tokens, std::span<const float> common, float queryNorm,
                          std::span<std::byte> out) {
    const at::Tensor spectrum = spectrum_.of(tokens);
    float* mean = spectrum.mutable_data_ptr<float>();
    const float factor = meanFactor();
    for (std::size_t c = 0; c < common.size(); ++c)
        mean[c] -= factor * common[c];
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

void SpectralCode::decode(std::span<const std::byte> in, std::span<const float> common, Buffers& buffers,
                          const Take& take) {
    const std::size_t bands = cells_.size();
    const std::span<const std::byte> codes = in.subspan(std::size_t(headBytes(bands, dim_)));
    divide(Head::read(in, bands, std::size_t(dim_)), std::int64_t(codes.size()) * 8);

    std::vector<std::size_t> used(std::size_t(kKinds * groups()),
                                  1); // bands of each group, the mean's always
    for (std::size_t band = 1; band < bands; ++band)
        for (const Cell& cell : cells_[band])
            used[std::size_t(cell.channel / dim_ * groups() + cell.channel % dim_ / kLanes)] = band + 1;

    buffers.spectra.resize(std::size_t(placeOf(kKinds, 0)));
    for (const Kind kind : {kKeys, kValues})
        for (std::int64_t group = 0; group < groups(); ++group)
            std::fill_n(buffers.spectra.data() + placeOf(kind, group * kLanes),
                        kLanes * spectrum_.reach(used[std::size_t(kind * groups() + group)]), 0.0F);
    BitReader reader(codes);
    float* at = buffers.spectra.data();
    for (const int band : spectrum_.bands()) {
        for (const Cell& cell : cells_[std::size_t(band)])
            at[cell.place] = cell.levels[reader.take(cell.bits)] * cell.deviation;
        at += kLanes;
    }
    buffers.tokens.resize(std::size_t(spectrum_.tokens() * kLanes));
    const float factor = meanFactor();
    for (const Kind kind : {kKeys, kValues}) {
        for (std::int64_t channel = 0; channel < dim_; channel += kLanes) {
            float* spectrum = buffers.spectra.data() + placeOf(kind, channel);
            const std::int64_t channels = std::min(kLanes, dim_ - channel);
            for (std::int64_t c = 0; !common.empty() && c < channels; ++c)
                spectrum[c] += factor * common[std::size_t(kind * dim_ + channel + c)];
            spectrum_.back(spectrum, used[std::size_t(kind * groups() + channel / kLanes)], buffers.between,
                           buffers.tokens.data());
            take(kind, channel, channels, buffers.tokens.data());
        }
    }
}

} // namespace scalekv
