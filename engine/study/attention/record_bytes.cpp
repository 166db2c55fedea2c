#include "engine/study/attention/record_bytes.h"

namespace scalekv {
namespace {

constexpr int kMostHeads = 1024;
constexpr std::int64_t kMostKept = std::int64_t(1) << 23; // heads × tokens

void put(ByteWriter& to, const HeadAttention& head) {
    to.put(head.current);
    to.put(head.top);
    to.put(head.entropy);
    to.put(std::uint32_t(head.mass.size()));
    for (const double weight : head.mass)
        to.put(weight);
}

/// `scales`: up to this one.
HeadAttention headOf(ByteReader& from, std::size_t scales) {
    HeadAttention head;
    head.current = from.get<double>();
    head.top = from.get<double>();
    head.entropy = from.get<double>();
    head.mass.resize(from.count(sizeof(double)));
    if (!head.mass.empty() && head.mass.size() != scales)
        from.fail("has another number of scales");
    for (double& weight : head.mass)
        weight = from.get<double>();
    return head;
}

void put(ByteWriter& to, const LayerAttention& attention) {
    for (const std::int64_t number :
         {attention.layer, attention.scale, attention.history, attention.top, attention.queries})
        to.put(number);
    put(to, attention.mean);
    to.put(std::uint32_t(attention.heads.size()));
    for (const HeadAttention& head : attention.heads)
        put(to, head);
}

/// Of one scale and layer: `tokens` in all scales before it.
struct Cell {
    std::size_t scale, layer;
    int heads;
    std::int64_t tokens;
};

std::shared_ptr<const LayerAttention> attentionOf(ByteReader& from, const Cell& cell) {
    auto attention = std::make_shared<LayerAttention>();
    for (std::int64_t* number :
         {&attention->layer, &attention->scale, &attention->history, &attention->top, &attention->queries})
        *number = from.get<std::int64_t>();
    if (attention->layer != std::int64_t(cell.layer) || attention->scale != std::int64_t(cell.scale) ||
        attention->history < 0 || attention->history > cell.tokens || attention->top < 0 ||
        attention->top > attention->history || attention->queries < 0)
        from.fail("is not that of the plan");
    attention->mean = headOf(from, cell.scale + 1);
    const std::uint32_t measured = from.count(3 * sizeof(double) + sizeof(std::uint32_t));
    if (measured != std::uint32_t(cell.heads))
        from.fail("has another number of heads");
    for (std::uint32_t n = 0; n < measured; ++n)
        attention->heads.push_back(headOf(from, cell.scale + 1));
    return attention;
}

/// A bit a head and token, the lowest first; none where nothing was evicted.
void put(ByteWriter& to, const KeptTokens& kept) {
    to.put(kept.tokens());
    to.put(std::uint8_t(kept.all()));
    if (kept.all())
        return;
    std::string bits((std::size_t(kept.heads() * kept.tokens()) + 7) / 8, '\0');
    std::size_t at = 0;
    for (std::int64_t head = 0; head < kept.heads(); ++head)
        for (std::int64_t token = 0; token < kept.tokens(); ++token, ++at)
            bits[at / 8] = char(bits[at / 8] | int(kept.kept(head, token)) << (at % 8));
    to.put(bits);
}

std::shared_ptr<const KeptTokens> keptOf(ByteReader& from, const Cell& cell) {
    const int heads = cell.heads;
    const auto tokens = from.get<std::int64_t>();
    if (tokens != cell.tokens || tokens * heads > kMostKept)
        from.fail("has a number of tokens that cannot be");
    if (from.get<std::uint8_t>() != 0)
        return std::make_shared<const KeptTokens>(heads, tokens);
    const std::string_view bits = from.get((std::uint64_t(heads) * std::uint64_t(tokens) + 7) / 8);
    std::vector<std::vector<std::int32_t>> positions(static_cast<std::size_t>(heads));
    std::size_t at = 0;
    for (std::vector<std::int32_t>& head : positions)
        for (std::int64_t token = 0; token < tokens; ++token, ++at)
            if ((static_cast<unsigned char>(bits[at / 8]) >> (at % 8) & 1) != 0)
                head.push_back(std::int32_t(token));
    return std::make_shared<const KeptTokens>(tokens, positions);
}

} // namespace

std::string recordBytes(const RunRecord& record) {
    ByteWriter to;
    to.put(std::int32_t(record.heads));
    to.put(std::uint8_t(!record.bits.empty()));
    for (std::size_t k = 0; k < record.schedule.size(); ++k) {
        for (std::size_t l = 0; l < std::size_t(record.layers); ++l) {
            const auto& attention = record.attention[k][l];
            const auto& kept = record.kept[k][l];
            to.put(record.layerBytes[k][l]);
            to.put(std::uint8_t(int(attention != nullptr) | int(kept != nullptr) << 1));
            if (attention)
                put(to, *attention);
            if (kept)
                put(to, *kept);
        }
    }
    return to.bytes();
}

RunRecord recordOf(ByteReader from, const std::vector<ScaleBits>& bits, const GenerationPlan& plan) {
    const auto heads = from.get<std::int32_t>();
    if (heads < 0 || heads > kMostHeads)
        from.fail("has a number of heads that cannot be");
    RunRecord record(plan.schedule, plan.layers, heads);
    if (from.get<std::uint8_t>() != 0)
        record.bits = bits;
    std::int64_t tokens = 0;
    for (std::size_t k = 0; k < record.schedule.size(); ++k) {
        for (std::size_t l = 0; l < std::size_t(record.layers); ++l) {
            const Cell cell{k, l, heads, tokens};
            record.layerBytes[k][l] = from.get<std::int64_t>();
            const auto known = from.get<std::uint8_t>();
            if ((known & 1) != 0)
                record.attention[k][l] = attentionOf(from, cell);
            if ((known & 2) != 0)
                record.kept[k][l] = keptOf(from, cell);
        }
        tokens += record.schedule[k].tokens();
    }
    if (!from.atEnd())
        from.fail("goes on after its end");
    return record;
}

} // namespace scalekv
