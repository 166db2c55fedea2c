#include "engine/cache/spectral/spectral_cache.h"

#include "engine/cache/spectral/anchor_code.h"
#include "engine/model/simd_rows.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

namespace scalekv {
namespace {

/// [n, D] fp32 of one head, contiguous.
at::Tensor rowsOf(const at::Tensor& all, std::int64_t sequence, std::int64_t head) {
    return all[sequence][head].to(at::kFloat).contiguous();
}

/// The angles by which a scale's keys are turned, [n, D / 2].
struct Angles {
    const at::Tensor &cosines, &sines;
};

/// n tokens, one every `stride` numbers, into the `channels` columns of `out` [n, D] from `channel` on;
/// turned where there are angles.
template <typename T>
void put(const float* tokens, std::int64_t stride, std::int64_t channel, std::int64_t channels,
         const Angles* angles, const at::Tensor& out) {
    T* to = out.mutable_data_ptr<T>() + channel;
    const float* cosines =
        angles != nullptr ? angles->cosines.const_data_ptr<float>() + channel / 2 : nullptr;
    const float* sines = angles != nullptr ? angles->sines.const_data_ptr<float>() + channel / 2 : nullptr;
    for (std::int64_t i = 0; i < out.size(0); ++i, tokens += stride, to += out.stride(0)) {
        if (angles == nullptr) {
            rows::store(tokens, 1, to, channels);
            continue;
        }
        rows::rotate(tokens, cosines, sines, to, channels);
        cosines += angles->cosines.stride(0);
        sines += angles->sines.stride(0);
    }
}
void put(const float* tokens, std::int64_t stride, std::int64_t channel, std::int64_t channels,
         const Angles* angles, const at::Tensor& out) {
    if (out.scalar_type() == at::kFloat)
        put<float>(tokens, stride, channel, channels, angles, out);
    else
        put<c10::BFloat16>(tokens, stride, channel, channels, angles, out);
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
    workers_.clear();
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

/// Calls `work(worker, sequence, head)` for all of a layer, on all threads.
template <typename Work>
void SpectralCache::forEachHead(std::int64_t layer, const Work& work) {
    const std::int64_t all = layout_.sequences[std::size_t(layer)] * layout_.heads;
    while (std::int64_t(workers_.size()) < at::get_num_threads()) {
        Worker& worker = workers_.emplace_back();
        for (const MapSpectrum& spectrum : spectra_)
            worker.codes.emplace_back(spectrum, rates_.headDim());
    }
    std::atomic<std::int64_t> next = 0; // who is done takes the next
    at::parallel_for(0, at::get_num_threads(), 1, [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference; // a setting of each thread
        for (std::int64_t thread = begin; thread < end; ++thread)
            for (std::int64_t i = next++; i < all; i = next++)
                work(workers_[std::size_t(thread)], i / layout_.heads, i % layout_.heads);
    });
}

void SpectralCache::readAnchors(Worker& worker, const std::vector<at::Tensor>& codes, std::int64_t sequence,
                                std::int64_t head) const {
    const std::size_t scales = std::min<std::size_t>(SpectralRates::kAnchorScales, codes.size());
    const std::int64_t width = 2 * rates_.headDim();
    const std::int64_t tokens = totalTokens(std::span(schedule_).first(scales));
    worker.anchors.resize(std::size_t(tokens * width));
    std::span<float> rest = worker.anchors;
    for (std::size_t k = 0; k < scales; ++k) {
        const auto numbers = std::size_t(schedule_[k].tokens() * width);
        decodeAnchors(bytesOf(codes[k], sequence, head), rates_.headDim(), rest.first(numbers));
        rest = rest.subspan(numbers);
    }
    worker.mean.assign(std::size_t(width), 0);
    for (std::size_t i = 0; i < worker.anchors.size(); ++i)
        worker.mean[i % std::size_t(width)] += worker.anchors[i] / static_cast<float>(tokens);
}

void SpectralCache::store(std::int64_t scale, std::int64_t layer, const KeyValues& map,
                          const at::Tensor& queries) {
    auto& codes = codes_.at(std::size_t(layer));
    if (std::int64_t(codes.size()) != scale)
        throw std::logic_error("SpectralCache: maps come in the order of their scales");
    const at::Tensor keys = map.keys.cpu(), values = map.values.cpu();
    // Every query of a head has the same length: normalised, then scaled.
    const at::Tensor norms = queries.select(2, 0).to(at::kFloat).norm(2, -1).cpu();
    const at::Tensor room =
        at::empty({layout_.sequences[std::size_t(layer)], layout_.heads, rates_.bytes(scale)}, at::kByte);
    const at::Tensor back = sines_[std::size_t(scale)].neg();
    const Angles angles{cosines_[std::size_t(scale)], back};
    forEachHead(layer, [&](Worker& worker, std::int64_t s, std::int64_t h) {
        const std::int64_t dim = rates_.headDim();
        const at::Tensor turned = rowsOf(keys, s, h);
        const at::Tensor tokens = at::empty({turned.size(0), 2 * dim});
        put(turned.const_data_ptr<float>(), dim, 0, dim, &angles, tokens.narrow(1, 0, dim));
        tokens.narrow(1, dim, dim).copy_(values[s][h]);
        std::span<std::byte> out = writableBytes(room, s, h);
        if (rates_.anchors(scale)) {
            encodeAnchors(tokens, dim, out);
            return;
        }
        readAnchors(worker, codes, s, h);
        worker.codes[std::size_t(scale)].encode(tokens, worker.mean, norms[s][h].item<float>(), out);
    });
    codes.push_back(room);
    peakBytes_ = std::max(peakBytes_, bytes());
}

void SpectralCache::decodeHead(Worker& worker, std::int64_t layer, std::int64_t s, std::int64_t h,
                               const KeyValues& out) const {
    const auto& codes = codes_[std::size_t(layer)];
    const std::int64_t dim = rates_.headDim();
    const at::Tensor keys = out.keys[s][h], values = out.values[s][h];
    readAnchors(worker, codes, s, h);
    std::int64_t first = 0;
    for (std::size_t k = 0; k < codes.size(); ++k) {
        const std::int64_t count = schedule_[k].tokens();
        const at::Tensor keysHere = keys.narrow(0, first, count), valuesHere = values.narrow(0, first, count);
        const Angles angles{cosines_[k], sines_[k]};
        if (rates_.anchors(std::int64_t(k))) {
            const float* tokens = worker.anchors.data() + first * 2 * dim;
            put(tokens, 2 * dim, 0, dim, &angles, keysHere);
            put(tokens + dim, 2 * dim, 0, dim, nullptr, valuesHere);
        } else {
            worker.codes[k].decode(bytesOf(codes[k], s, h), worker.mean, worker.buffers,
                                   [&](SpectralCode::Kind kind, std::int64_t channel, std::int64_t channels,
                                       const float* tokens) {
                                       const bool key = kind == SpectralCode::kKeys;
                                       put(tokens, kLanes, channel, channels, key ? &angles : nullptr,
                                           key ? keysHere : valuesHere);
                                   });
        }
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
    KeyValues out{side(0), side(1)};
    if (codes.empty())
        return out;
    const bool here = options_.device().is_cpu();
    const KeyValues decoded = here ? out
                                   : KeyValues{at::empty(out.keys.sizes(), options_.device(at::kCPU)),
                                               at::empty(out.keys.sizes(), options_.device(at::kCPU))};
    forEachHead(layer, [&](Worker& worker, std::int64_t s, std::int64_t h) {
        decodeHead(worker, layer, s, h, decoded);
    });
    if (!here) {
        out.keys.copy_(decoded.keys);
        out.values.copy_(decoded.values);
    }
    return out;
}

} // namespace scalekv
