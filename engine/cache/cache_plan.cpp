#include "engine/cache/cache_plan.h"

#include <algorithm>
#include <stdexcept>

namespace scalekv {

CachePlan CachePlan::full(std::span<const MapSize> schedule, std::int64_t layers) {
    std::vector<std::vector<std::int64_t>> table;
    std::int64_t seen = 0;
    for (std::size_t k = 0; k + 1 < schedule.size(); ++k) {
        seen += schedule[k].tokens();
        table.emplace_back(std::size_t(layers), seen);
    }
    return {schedule, layers, std::move(table)};
}

CachePlan::CachePlan(std::span<const MapSize> schedule, std::int64_t layers,
                     std::vector<std::vector<std::int64_t>> table)
    : schedule_(schedule.begin(), schedule.end()), layers_(layers), table_(std::move(table)) {
    if (schedule_.empty() || table_.size() + 1 != schedule_.size())
        throw std::logic_error("CachePlan: one row for every scale but the last");
    for (std::int64_t k = 0; k + 1 < scales(); ++k) {
        if (std::int64_t(table_[std::size_t(k)].size()) != layers_)
            throw std::logic_error("CachePlan: one number a layer");
        for (std::int64_t l = 0; l < layers_; ++l)
            if (entries(k, l) < 1 || entries(k, l) > history(k, l) + schedule_[std::size_t(k)].tokens())
                throw std::logic_error("CachePlan: a layer can only keep what it has");
    }
}

CachePlan CachePlan::ofSegments(std::span<const MapSize> schedule, SegmentSchedule segments) {
    CachePlan plan = full(schedule, segments.layers());
    if (!segments.drops())
        return plan;
    plan.table_.clear();
    plan.segments_ = std::make_shared<const SegmentSchedule>(std::move(segments));
    return plan;
}

CachePlan CachePlan::ofKinds(std::span<const MapSize> schedule, KindPlan kinds) {
    CachePlan plan = full(schedule, kinds.layers());
    if (kinds.entries.size() != plan.table_.size())
        throw std::logic_error("CachePlan: one row for every scale but the last");
    bool drops = false;
    for (std::int64_t k = 0; k + 1 < plan.scales(); ++k) {
        for (std::int64_t l = 0; l < plan.layers(); ++l) {
            for (std::int64_t h = 0; h < kinds.heads(); ++h) {
                const std::int64_t had =
                    (k == 0 ? 0 : kinds.kept(k - 1, l, h)) + schedule[std::size_t(k)].tokens();
                if (kinds.kept(k, l, h) < 1 || kinds.kept(k, l, h) > had)
                    throw std::logic_error("CachePlan: a head can only keep what it has");
                drops = drops || kinds.kept(k, l, h) < had;
            }
        }
    }
    if (!drops)
        return plan;
    plan.table_.clear();
    plan.kinds_ = std::make_shared<const KindPlan>(std::move(kinds));
    return plan;
}

CachePlan CachePlan::ofSpectra(std::span<const MapSize> schedule, std::int64_t layers, SpectralRates rates) {
    CachePlan plan = full(schedule, layers);
    plan.spectra_ = std::make_shared<const SpectralRates>(std::move(rates));
    plan.spectral_.assign(std::size_t(layers), true);
    return plan;
}

CachePlan CachePlan::ofSpectraIn(std::int64_t layer) const {
    CachePlan plan = *this;
    plan.spectral_.assign(std::size_t(layers_), false);
    plan.spectral_.at(std::size_t(layer)) = true;
    return plan;
}

std::int64_t CachePlan::entries(std::int64_t scale, std::int64_t layer) const {
    if (headsDiffer())
        throw std::logic_error("CachePlan: heads hold different numbers of entries");
    const std::int64_t stored = std::min(scale, scales() - 2);
    return stored < 0 ? 0 : table_[std::size_t(stored)].at(std::size_t(layer));
}

std::int64_t CachePlan::history(std::int64_t scale, std::int64_t layer) const {
    return scale == 0 ? 0 : entries(scale - 1, layer);
}

std::int64_t CachePlan::kept(std::int64_t scale, std::int64_t layer, std::int64_t head) const {
    if (segments_)
        return segments_->kept(scale, layer, head);
    const std::int64_t stored = std::min(scale, scales() - 2);
    return kinds_ ? (stored < 0 ? 0 : kinds_->kept(stored, layer, head)) : entries(scale, layer);
}

std::int64_t CachePlan::found(std::int64_t scale, std::int64_t layer, std::int64_t head) const {
    if (segments_)
        return segments_->found(scale, layer, head);
    return scale == 0 ? 0 : kept(scale - 1, layer, head);
}

bool CachePlan::evicts(std::int64_t scale, std::int64_t layer) const {
    if (segments_)
        return !segments_->own(scale, layer).empty();
    const std::int64_t tokens = schedule_[std::size_t(scale)].tokens();
    for (std::int64_t h = 0; scale + 1 < scales() && h < ownHeads(); ++h)
        if (kept(scale, layer, h) < found(scale, layer, h) + tokens)
            return true;
    return false;
}

std::int64_t CachePlan::averageHistory(std::int64_t scale) const {
    std::int64_t sum = 0;
    for (std::int64_t l = 0; l < layers_; ++l)
        for (std::int64_t h = 0; h < ownHeads(); ++h)
            sum += found(scale, l, h);
    return sum / (layers_ * ownHeads());
}

std::int64_t CachePlan::longestHistory() const {
    std::int64_t longest = 0;
    for (std::int64_t k = 0; k < scales(); ++k)
        for (std::int64_t l = 0; l < layers_; ++l)
            for (std::int64_t h = 0; h < ownHeads(); ++h)
                longest = std::max(longest, found(k, l, h));
    return longest;
}

std::int64_t CachePlan::most(std::int64_t layer) const {
    std::int64_t most = 0;
    for (std::int64_t k = 0; k + 1 < scales() && !spectral(layer); ++k)
        most = std::max(most, entries(k, layer));
    return most;
}

std::int64_t CachePlan::largestScratch() const {
    std::int64_t largest = schedule_.back().tokens();
    if (headsDiffer() || spectra_) { // no map stays as it is
        for (const MapSize& map : schedule_)
            largest = std::max(largest, map.tokens());
        return largest;
    }
    for (std::int64_t k = 0; k + 1 < scales(); ++k)
        for (std::int64_t l = 0; l < layers_; ++l)
            if (evicts(k, l))
                largest = std::max(largest, schedule_[std::size_t(k)].tokens());
    return largest;
}

std::int64_t CachePlan::largestJoined() const {
    if (headsDiffer())
        return largestScratch(); // each head's history is joined by itself
    std::int64_t largest = spectra_ ? largestScratch() : 0;
    for (std::int64_t k = 0; k < scales(); ++k)
        for (std::int64_t l = 0; l < layers_; ++l)
            if (!spectral(l) && (k + 1 == scales() || evicts(k, l)))
                largest = std::max(largest, history(k, l) + schedule_[std::size_t(k)].tokens());
    return largest;
}

bool CachePlan::evictsAnywhere() const {
    if (headsDiffer())
        return true;
    for (std::int64_t k = 0; k + 1 < scales(); ++k)
        for (std::int64_t l = 0; l < layers_; ++l)
            if (evicts(k, l))
                return true;
    return false;
}

std::int64_t CachePlan::bytes(std::int64_t scale, std::span<const std::int64_t> sequences, std::int64_t heads,
                              std::int64_t entryBytes) const {
    std::int64_t sum = 0;
    for (std::int64_t l = 0; l < layers_; ++l) {
        const std::int64_t of = sequences[std::size_t(l)];
        if (spectral(l))
            sum += of * heads * spectra_->bytesUpTo(std::min(scale, scales() - 2));
        else if (!headsDiffer())
            sum += of * heads * entries(scale, l) * entryBytes;
        for (std::int64_t h = 0; headsDiffer() && h < heads; ++h)
            sum += of * kept(scale, l, h) * entryBytes;
    }
    return sum;
}

std::int64_t CachePlan::peakBytes(std::span<const std::int64_t> sequences, std::int64_t heads,
                                  std::int64_t entryBytes) const {
    if (segments_)
        return segments_->peak(sequences) * entryBytes;
    if (spectra_) // it only grows
        return bytes(scales() - 1, sequences, heads, entryBytes);
    std::int64_t now = 0;
    std::int64_t peak = 0;
    for (std::int64_t k = 0; k + 1 < scales(); ++k) {
        for (std::int64_t l = 0; l < layers_; ++l) { // one layer after the other takes in its map
            const std::int64_t alike = heads / ownHeads();
            for (std::int64_t h = 0; h < ownHeads(); ++h)
                now += sequences[std::size_t(l)] * alike * (kept(k, l, h) - found(k, l, h));
            peak = std::max(peak, now);
        }
    }
    return peak * entryBytes;
}

} // namespace scalekv
