#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// Which attention heads look back in which way, and how much at what (HACK, Qin et al. 2025, arXiv
/// 2504.09261, and HACK++, 2026, arXiv 2606.08302), and the files that hold it.
namespace scalekv {

/// What a calibration knows of every head.
struct HeadKinds {
    /// [layer][head]: true for a *contextual* head, whose queries all look at the same tokens; the others are
    /// *structural*: each of their queries looks at tokens of its own.
    std::vector<std::vector<bool>> contextual;
    /// [scale][source][layer · heads + head]: the attention that a head's queries of a scale give to all
    /// tokens of scale `source` together, a mean; over the sources they sum to 1. Scale 0, which sees itself
    /// alone, has no rows. Numbers are as roundedAttention() leaves them.
    std::vector<std::vector<std::vector<float>>> attention;

    std::int64_t layers() const { return std::int64_t(contextual.size()); }
    std::int64_t heads() const { return contextual.empty() ? 0 : std::int64_t(contextual.front().size()); }
    /// `attention`, whatever the scale: one beyond the table (a larger picture than was calibrated) looks as
    /// its last one does, at its own map as at that one's own, at earlier ones that the table does not have
    /// as at the last earlier one. Throws std::out_of_range for an empty table.
    double attended(std::int64_t scale, std::int64_t source, std::int64_t layer, std::int64_t head) const;
    bool operator==(const HeadKinds&) const = default;
};

/// `value` as files hold it: three significant digits.
float roundedAttention(double value);

/// How many of a model's heads are contextual, as a share: 0.20 as HACK++ has it for Infinity 2B, and its
/// 0.30 for 8B from that model's 40 layers on.
double contextualShare(std::int64_t layers);

/// Reads what toJson() writes. Throws Error that names the source and what is wrong. `what` names it in
/// messages.
HeadKinds headKindsFromJson(const std::string& json, const std::string& what);
HeadKinds readHeadKinds(const std::filesystem::path& path);
/// A letter a head, and a line of numbers for each scale and source.
std::string toJson(const HeadKinds& kinds);
/// Throws Error where they are not those of a model with so many layers and heads. `what` names them in the
/// message.
void checkHeads(const HeadKinds& kinds, std::int64_t layers, std::int64_t heads, const std::string& what);

} // namespace scalekv
