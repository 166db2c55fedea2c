#include "scalekv/run_record.h"

#include "scalekv/layer_quantity.h"

#include <algorithm>
#include <stdexcept>

namespace scalekv {
namespace {

template <typename T>
std::vector<std::vector<T>> table(const RunRecord& record, T value) {
    return {record.schedule.size(), std::vector<T>(std::size_t(record.layers), value)};
}

std::int64_t bytesOf(const HeadAttention& head) {
    return std::int64_t(sizeof head + head.mass.capacity() * sizeof(double));
}

std::int64_t bytesOf(const LayerAttention& attention) {
    std::int64_t sum = std::int64_t(sizeof attention) + bytesOf(attention.mean);
    for (const HeadAttention& head : attention.heads)
        sum += bytesOf(head);
    return sum;
}

} // namespace

RunRecord::RunRecord(ScaleSchedule plannedSchedule, int plannedLayers, int plannedHeads)
    : schedule(std::move(plannedSchedule)), layers(plannedLayers), heads(plannedHeads),
      attention(table<std::shared_ptr<const LayerAttention>>(*this, nullptr)),
      kept(table<std::shared_ptr<const KeptTokens>>(*this, nullptr)),
      layerBytes(table<std::int64_t>(*this, -1)) {}

void RunRecord::add(const LayerProgress& progress) {
    const auto scale = std::size_t(progress.scale), layer = std::size_t(progress.layer);
    layerBytes.at(scale).at(layer) = progress.layerKvBytes;
    attention[scale][layer] = progress.attention;
    kept[scale][layer] = progress.kept;
}

void RunRecord::add(int scale, const ScaleBits& chosen) {
    const auto k = std::size_t(scale);
    if (k >= schedule.size() || k > bits.size())
        throw std::out_of_range("RunRecord: bits of a scale that is not next");
    bits.resize(std::max(bits.size(), k + 1));
    bits[k] = chosen;
}

bool RunRecord::complete(int scale) const {
    const auto& row = attention.at(std::size_t(scale));
    return std::all_of(row.begin(), row.end(), [](const auto& layer) { return layer != nullptr; });
}

bool RunRecord::hasAttention() const {
    return !attention.empty() && !attention.front().empty() && attention.front().front();
}

std::int64_t RunRecord::bytes() const {
    const auto cells = std::int64_t(schedule.size()) * layers;
    std::int64_t sum =
        std::int64_t(sizeof *this) +
        cells * std::int64_t(sizeof(attention[0][0]) + sizeof(kept[0][0]) + sizeof(layerBytes[0][0]));
    for (const ScaleBits& scale : bits)
        sum += std::int64_t(sizeof scale + scale.packed.capacity());
    for (const auto& row : attention)
        for (const auto& layer : row)
            sum += layer ? bytesOf(*layer) : 0;
    for (const auto& row : kept)
        for (const auto& layer : row)
            sum += layer ? layer->bytes() : 0;
    return sum;
}

RoleTable rolesOf(const RunRecord& record, double drafterShare) {
    return assignRoles(quantityTable(record, LayerQuantity::ZScore), drafterShare);
}

Watching watchingForRecord(Preview preview, std::int64_t queries) {
    return {.preview = preview,
            .probe = AttentionProbeOptions{.queries = queries, .mass = true, .entropy = true},
            .kept = true};
}

} // namespace scalekv
