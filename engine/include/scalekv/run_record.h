#pragma once

#include "scalekv/observer.h"
#include "scalekv/roles.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace scalekv {

/// Everything that was recorded of one run: a value, cheap to copy (what was measured is shared), and sound
/// at any moment while the run still fills it. What is not there yet is null, NaN or −1.
struct RunRecord {
    RunRecord() = default;
    /// Empty, for a run with this plan (GenerationPlan, Model::heads()).
    RunRecord(ScaleSchedule schedule, int layers, int heads);

    ScaleSchedule schedule;
    int layers = 0;
    int heads = 0;
    /// Of the scales whose bits were chosen so far, in order.
    std::vector<ScaleBits> bits;
    /// [scale][layer]; null where it was not recorded.
    std::vector<std::vector<std::shared_ptr<const LayerAttention>>> attention;
    std::vector<std::vector<std::shared_ptr<const KeptTokens>>> kept;
    /// [scale][layer]: keys and values stored after the layer's work; −1 where it was not recorded.
    std::vector<std::vector<std::int64_t>> layerBytes;

    /// What an observer is told. Throws std::out_of_range for a scale or layer that the plan does not have.
    void add(const LayerProgress& progress);
    /// Scales come in order; one that comes again replaces its bits. Throws std::out_of_range otherwise.
    void add(int scale, const ScaleBits& chosen);

    /// Whether all layers of a scale were measured.
    bool complete(int scale) const;
    /// Whether attention was recorded at all: of the first layer, with which every run begins.
    bool hasAttention() const;
    /// Memory that it takes, shared parts included.
    std::int64_t bytes() const;
};

/// Queries a head that a record looks at where nobody says otherwise: fewer than calibrating does, so that
/// recording stays below 3 % of the time of a small model too (docs/researcher.md).
inline constexpr std::int64_t kRecordQueries = 24;

/// What has to be looked at, with so many queries a head, for a record that has everything.
Watching watchingForRecord(Preview preview = Preview::None, std::int64_t queries = kRecordQueries);

/// Drafters and refiners by this run's own attention selectivity (assignRoles() of its zScores(), at
/// `drafterShare`), over the scales that are complete so far; one prompt's word, not a calibration's. An
/// incomplete scale has no drafters.
RoleTable rolesOf(const RunRecord& record, double drafterShare = kDrafterShare);

/// One row a scale and layer: the quantities of layerQuantities(), the weight on every earlier scale and,
/// where `calibrated` is not null, the role there. Scales and layers are counted from 1, as in the window;
/// what is unknown is an empty field.
std::string toCsv(const RunRecord& record, const RoleTable* calibrated = nullptr);
/// One row a scale, layer and head.
std::string headsToCsv(const RunRecord& record);
/// Schedule, and every quantity with its explanation as [scale][layer] and, by head, [scale][layer][head];
/// `mass` by [scale][layer][earlier scale]; roles of the run and of the calibration. Unknown numbers are
/// null. Bits and kept tokens are not in it.
std::string toJson(const RunRecord& record, const RoleTable* calibrated = nullptr);

} // namespace scalekv
