#include "engine/cache/spectral/spectral_cache.h"

#include "engine/cache/spectral/anchor_code.h"
#include "engine/cache/spectral/spectral_code.h"
#include "engine/model/simd_rows.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace scalekv {
namespace {

/// [n, D] fp32 of one head, contiguous.
at::Tensor rowsOf(const at::Tensor& all, std::int64_t sequence, std::int64_t head) {
    return all[sequence][head].to(at::kFloat).contiguous();
}

/// rows [n, D], turned by the angles, into `out` of any type; rows of both are contiguous.
void rotateInto(const at::Tensor& rows, const at::Tensor& cosines, const at::Tensor& sines,
                const at::Tensor& out) {
    const std::int64_t dim = rows.size(1);
    for (std::int64_t i = 0; i < rows.size(0); ++i) {
        const float* row = rows.const_data_ptr<float>() + i * rows.stride(0);
        const float* c = cosines.const_data_ptr<float>() + i * dim / 2;
        const float* s = sines.const_data_ptr<float>() + i * dim / 2;
        if (out.scalar_type() == at::kFloat)
            rows::rotate(row, c, s, out.mutable_data_ptr<float>() + i * out.stride(0), dim);
        else
            rows::rotate(row, c, s, out.mutable_data_ptr<c10::BFloat16>() + i * out.stride(0), dim);
    }
}

/// Where the bytes of one head lie among all, and how many they are.
std::pair<std::int64_t, std::size_t> placeOf(const at::Tensor& codes, std::int64_t sequence,
                                             std::int64_t head) {
    const std::int64_t bytes = codes.size(2);
    return {(sequence * codes.size(1) + head) * bytes, std::size_t(bytes)};
}
std::span<std::byte> writableBytes(const at::Tensor& codes, std::int64_t sequence, std::int64_t head) {
    const auto [first, bytes] = placeOf(codes, sequence, head);
    return {static_cast<std::byte*>(codes.mutable_data_ptr()) + first, bytes};
}
std::span<const std::byte> bytesOf(const at::Tensor& codes, std::int64_t sequence, std::int64_t head) {
    const auto [first, bytes] = placeOf(codes, sequence, head);
    return {static_cast<const std::byte*>(codes.const_data_ptr()) + first, bytes};
}

/// Calls `work(sequence, head)` for all of them, on all threads.
template <typename Work>
void forEachHead(std::int64_t sequences, std::int64_t heads, const Work& work) {
    at::parallel_for(0, sequences * heads, 1, [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference; // a setting of each thread
        for (std::int64_t i = begin; i < end; ++i)
            work(i / heads, i % heads);
    });
}

} // namespace

SpectralCache::SpectralCache(Layout layout, const ScaleSchedule& schedule, const SpectralRates& rates,
                             std::span<const RotaryAngles> angles, MapScratch& scratch, at::ScalarType type,
                             at::Device device)
    : layout_(std::move(layout)), schedule_(schedule), rates_(rates), scratch_(scratch),
      options_(at::TensorOptions().dtype(type).device(device)) {
    for (std::size_t k = 0; k + 1 < schedule.size(); ++k) {
        spectra_.emplace_back(schedule[k]);
        cosines_.push_back(angles[k].cosines.cpu());
        sines_.push_back(angles[k].sines.cpu());
    }
    reset();
}

void SpectralCache::reset() {
    codes_.assign(layout_.sequences.size(), {});
    room_.reset();
}

void SpectralCache::open(LayerState& state, StageClock& clock) {
    {
        const StageClock::Span span(clock, &StageSeconds::selection);
        state.history = decoded(state.layer);
    }
    const at::Tensor& keys = state.history.keys;
    state.current = scratch_.lend(keys.size(0), state.map.tokens());
    if (layout_.positions)
        state.positions = at::arange(keys.size(2), keys.options().dtype(at::kInt))
                              .expand({keys.size(0), keys.size(1), keys.size(2)});
}

void SpectralCache::close(const LayerState& state) {
    store(state.scale, state.layer, state.current, state.queries);
}

std::int64_t SpectralCache::bytes(std::int64_t layer) const {
    std::int64_t sum = 0;
    for (const at::Tensor& codes : codes_[std::size_t(layer)])
        sum += static_cast<std::int64_t>(codes.nbytes());
    return sum;
}

std::int64_t SpectralCache::bytes() const {
    std::int64_t sum = 0;
    for (std::size_t layer = 0; layer < codes_.size(); ++layer)
        sum += bytes(std::int64_t(layer));
    return sum;
}

/// The first scales' tokens of one head, as they are read again.
struct SpectralCache::Anchors {
    at::Tensor tokens; ///< [n, 2·D] fp32: keys (not rotated), then values

    Anchors(const std::vector<at::Tensor>& codes, const std::vector<MapSpectrum>& spectra,
            std::int64_t sequence, std::int64_t head, std::int64_t dim) {
        const auto scales = std::min<std::int64_t>(SpectralRates::kAnchorScales, std::int64_t(codes.size()));
        std::vector<at::Tensor> maps;
        for (std::int64_t k = 0; k < scales; ++k)
            maps.push_back(decodeAnchors(bytesOf(codes[std::size_t(k)], sequence, head),
                                         spectra[std::size_t(k)].tokens(), 2 * dim, dim));
        tokens = at::cat(maps);
    }
    /// What is taken away from all others, for keys of a head are mostly one and the same vector: [1, 2·D].
    at::Tensor mean() const { return tokens.mean(0, true); }
};

void SpectralCache::store(std::int64_t scale, std::int64_t layer, const KeyValues& map,
                          const at::Tensor& queries) {
    auto& codes = codes_.at(std::size_t(layer));
    if (std::int64_t(codes.size()) != scale)
        throw std::logic_error("SpectralCache: maps come in the order of their scales");
    const std::int64_t sequences = layout_.sequences[std::size_t(layer)];
    const at::Tensor keys = map.keys.cpu(), values = map.values.cpu();
    // Every query of a head has the same length: normalised, then scaled.
    const at::Tensor norms = queries.select(2, 0).to(at::kFloat).norm(2, -1).cpu();
    const at::Tensor room = at::empty({sequences, layout_.heads, rates_.bytes(scale)}, at::kByte);
    const at::Tensor& cosines = cosines_[std::size_t(scale)];
    const at::Tensor back = sines_[std::size_t(scale)].neg();
    forEachHead(sequences, layout_.heads, [&](std::int64_t s, std::int64_t h) {
        const at::Tensor turned = rowsOf(keys, s, h), v = rowsOf(values, s, h);
        const at::Tensor k = at::empty_like(turned);
        rotateInto(turned, cosines, back, k);
        const std::span<std::byte> out = writableBytes(room, s, h);
        const at::Tensor tokens = at::cat({k, v}, 1);
        if (rates_.anchors(scale)) {
            encodeAnchors(tokens, rates_.headDim(), out);
            return;
        }
        const Anchors anchors(codes, spectra_, s, h, rates_.headDim());
        SpectralCode(spectra_[std::size_t(scale)], rates_.headDim())
            .encode(tokens - anchors.mean(), norms[s][h].item<float>(), out);
    });
    codes.push_back(room);
    peakBytes_ = std::max(peakBytes_, bytes());
}

void SpectralCache::decodeHead(std::int64_t layer, std::int64_t s, std::int64_t h,
                               const KeyValues& out) const {
    const auto& codes = codes_[std::size_t(layer)];
    const Anchors anchors(codes, spectra_, s, h, rates_.headDim());
    const at::Tensor mean = anchors.mean();
    std::int64_t first = 0;
    for (std::size_t k = 0; k < codes.size(); ++k) {
        const std::int64_t count = spectra_[k].tokens();
        const at::Tensor tokens =
            rates_.anchors(std::int64_t(k))
                ? anchors.tokens.narrow(0, first, count)
                : SpectralCode(spectra_[k], rates_.headDim()).decode(bytesOf(codes[k], s, h)).add_(mean);
        const std::int64_t dim = rates_.headDim();
        rotateInto(tokens.narrow(1, 0, dim), cosines_[k], sines_[k], out.keys[s][h].narrow(0, first, count));
        out.values[s][h].narrow(0, first, count).copy_(tokens.narrow(1, dim, dim));
        first += count;
    }
}

KeyValues SpectralCache::decoded(std::int64_t layer) {
    const std::int64_t sequences = layout_.sequences.at(std::size_t(layer));
    const auto& codes = codes_[std::size_t(layer)];
    const std::int64_t tokens = totalTokens(std::span(schedule_).first(codes.size()));
    const std::int64_t numbers = sequences * layout_.heads * tokens * rates_.headDim();
    if (!room_.defined()) {
        const std::int64_t most = *std::max_element(layout_.sequences.begin(), layout_.sequences.end());
        room_ = at::empty({2, most * layout_.heads * cachedTokens(schedule_) * rates_.headDim()}, options_);
        scratchBytes_ = static_cast<std::int64_t>(room_.nbytes());
    }
    const auto side = [&](std::int64_t index) {
        return room_[index].narrow(0, 0, numbers).view({sequences, layout_.heads, tokens, rates_.headDim()});
    };
    const KeyValues out{side(0), side(1)};
    if (codes.empty())
        return out;
    const bool here = options_.device().is_cpu();
    const KeyValues decoded = here ? out
                                   : KeyValues{at::empty(out.keys.sizes(), options_.device(at::kCPU)),
                                               at::empty(out.keys.sizes(), options_.device(at::kCPU))};
    forEachHead(sequences, layout_.heads,
                [&](std::int64_t s, std::int64_t h) { decodeHead(layer, s, h, decoded); });
    if (!here) {
        out.keys.copy_(decoded.keys);
        out.values.copy_(decoded.values);
    }
    return out;
}

} // namespace scalekv
