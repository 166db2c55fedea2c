#include "engine/cache/segment_schedule.h"

#include "engine/cache/least_budget.h"
#include "scalekv/error.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace scalekv {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// Throws Error where the scales that stay whole are more than the budget.
void requireWholeScales(std::span<const MapSize> schedule, double budget) {
    const auto stored = std::int64_t(schedule.size()) - 1;
    const std::int64_t whole = totalTokens(schedule.first(std::size_t(std::min(stored, kWholeScales))));
    if (budget >= static_cast<double>(whole))
        return;
    throw Error("Policy heatkv keeps the first " + std::to_string(kWholeScales) + " scales whole, " +
                std::to_string(whole) +
                " tokens a layer and head, which is more than this budget; choose at least " +
                leastBudget(schedule, whole) + ".");
}

} // namespace

SegmentSchedule::SegmentSchedule(std::span<const MapSize> schedule, const HeadOrders& orders,
                                 std::span<const std::int64_t> sequences, double budget)
    : layers_(orders.layers()), heads_(orders.heads()) {
    if (schedule.empty() || std::int64_t(sequences.size()) != layers_)
        throw std::logic_error("SegmentSchedule: sequences for each of the orders' layers");
    requireWholeScales(schedule, budget);
    for (const MapSize& map : schedule)
        tokens_.push_back(map.tokens());
    when_.assign(std::size_t(scales() * layers_ * heads_), kNever);
    dropsByStep_.resize(std::size_t(scales() * layers_));

    const std::int64_t weights =
        heads_ * std::accumulate(sequences.begin(), sequences.end(), std::int64_t{0});
    const double limit = budget * static_cast<double>(weights);
    const auto cost = [&](const Segment& segment) {
        return tokens(segment.source) * sequences[std::size_t(segment.layer)];
    };
    const auto nth = [&](std::int64_t source, std::int64_t rank) {
        const HeadPlace place = orders.of(source)[std::size_t(rank)];
        return Segment{source, place.head, place.layer};
    };

    // x(t)
    std::int64_t before = 0;
    for (std::int64_t scale = 0; scale < scales(); before += tokens(scale++)) {
        std::int64_t total = weights * before, gone = 0;
        for (; static_cast<double>(total) > limit && gone < layers_ * heads_; ++gone)
            for (std::int64_t source = kWholeScales; source < scale; ++source)
                total -= cost(nth(source, gone));
        gone_.push_back(gone);
    }

    // When each of them goes. `now`: what is stored.
    std::int64_t now = 0;
    for (std::int64_t scale = 0; scale + 1 < scales(); ++scale) {
        struct Candidate {
            Segment segment;
            std::int64_t rank;
        };
        std::vector<Candidate> going; // in the order in which they would go early
        for (std::int64_t source = kWholeScales; source <= scale; ++source)
            for (std::int64_t rank = 0; rank < goneOfEach(scale + 1); ++rank)
                if (const Segment segment = nth(source, rank); when(segment) == kNever)
                    going.push_back({segment, rank});
        std::sort(going.begin(), going.end(), [](const Candidate& a, const Candidate& b) {
            if (a.segment.layer != b.segment.layer)
                return a.segment.layer > b.segment.layer;
            if (a.segment.source != b.segment.source)
                return a.segment.source > b.segment.source;
            return a.rank < b.rank;
        });
        for (std::int64_t layer = 0; layer < layers_; ++layer) {
            now += heads_ * tokens(scale) * sequences[std::size_t(layer)];
            for (const Candidate& each : going) {
                if (each.segment.layer == layer && when(each.segment) == kNever) {
                    drop(each.segment, step(scale, layer));
                    now -= cost(each.segment);
                }
            }
            for (const Candidate& each : going) {
                if (static_cast<double>(now) <= limit || each.segment.layer <= layer)
                    break;
                if (each.segment.source == scale || when(each.segment) != kNever)
                    continue; // not there yet, or not any more
                drop(each.segment, step(scale, layer));
                now -= cost(each.segment);
            }
        }
    }
}

void SegmentSchedule::drop(const Segment& segment, std::int64_t at) {
    when_[index(segment)] = at;
    dropsByStep_[std::size_t(at)].push_back(segment);
}

bool SegmentSchedule::drops() const {
    return std::any_of(when_.begin(), when_.end(), [](std::int64_t at) { return at != kNever; });
}

std::vector<Segment> SegmentSchedule::early(std::int64_t scale, std::int64_t layer) const {
    std::vector<Segment> early = dropsByStep_.at(std::size_t(step(scale, layer)));
    std::erase_if(early, [layer](const Segment& segment) { return segment.layer == layer; });
    return early;
}

std::vector<Segment> SegmentSchedule::own(std::int64_t scale, std::int64_t layer) const {
    std::vector<Segment> own = dropsByStep_.at(std::size_t(step(scale, layer)));
    std::erase_if(own, [layer](const Segment& segment) { return segment.layer != layer; });
    return own;
}

std::int64_t SegmentSchedule::found(std::int64_t scale, std::int64_t layer, std::int64_t head) const {
    std::int64_t sum = 0;
    for (std::int64_t source = 0; source < scale; ++source)
        sum += finds(scale, {source, head, layer}) ? tokens(source) : 0;
    return sum;
}

std::int64_t SegmentSchedule::kept(std::int64_t scale, std::int64_t layer, std::int64_t head) const {
    std::int64_t sum = 0;
    for (std::int64_t source = 0; source <= scale; ++source)
        sum += keeps(scale, {source, head, layer}) ? tokens(source) : 0;
    return sum;
}

std::vector<std::int64_t> SegmentSchedule::sources(std::int64_t scale, std::int64_t layer,
                                                   std::int64_t head) const {
    std::vector<std::int64_t> sources;
    for (std::int64_t source = 0; source < scale; ++source)
        if (finds(scale, {source, head, layer}))
            sources.push_back(source);
    return sources;
}

std::int64_t SegmentSchedule::peak(std::span<const std::int64_t> sequences) const {
    std::int64_t now = 0, peak = 0;
    for (std::int64_t scale = 0; scale + 1 < scales(); ++scale) {
        for (std::int64_t layer = 0; layer < layers_; ++layer) {
            now += heads_ * tokens(scale) * sequences[std::size_t(layer)];
            for (const Segment& segment : dropsByStep_[std::size_t(step(scale, layer))])
                now -= tokens(segment.source) * sequences[std::size_t(segment.layer)];
            peak = std::max(peak, now);
        }
    }
    return peak;
}

SegmentSchedule SegmentSchedule::ofOneLayer(std::int64_t layer) const {
    SegmentSchedule one = *this;
    for (std::vector<Segment>& drops : one.dropsByStep_) {
        for (const Segment& segment : drops)
            if (segment.layer != layer)
                one.when_[index(segment)] = kNever;
        std::erase_if(drops, [layer](const Segment& segment) { return segment.layer != layer; });
    }
    return one;
}

} // namespace scalekv
