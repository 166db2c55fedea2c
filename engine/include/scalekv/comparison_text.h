#pragma once

#include "scalekv/comparison.h"
#include "scalekv/error.h"

#include <optional>
#include <string>

/// A comparison's results as text of several forms. `picture` fields name files as pictureName() does.
namespace scalekv {

/// A table for a person: one line a choice, as ranked() orders them, means over all pairs.
std::string toTable(const Comparison& comparison);

/// One row a picture: for every pair the full run, then each choice. Infinite figures are "inf".
std::string toCsv(const Comparison& comparison);

/// Settings, one record a picture with figures a scale, and summaries. Figures that are not finite are null.
std::string toJson(const Comparison& comparison);

/// KL by layer: one row a picture, choice, layer and scale (all counted from 1). A head alone where none was
/// measured.
std::string toLayerCsv(const Comparison& comparison);

/// "pictures/001-seed42-snapkv-10pct.png", "pictures/001-seed42-full.png" (no choice): relative to the folder
/// of the results.
std::string pictureName(const Comparison& comparison, const PairId& pair, std::optional<int> choice);

/// Reads a toJson() of any settings. `what` names the text in messages. Throws Error where it is not such a
/// text or damaged.
Comparison comparisonFromJson(const std::string& json, const std::string& what);

/// Results are there, but of other settings, of another model or by another program: they do not mix.
class OtherResults : public Error {
public:
    using Error::Error;
};

/// Comparison::program of a version of this program: "scalekv 1.2".
std::string programName(const std::string& version);

/// In what results do not belong together with a comparison as plannedComparison() gives it, in words: the
/// first of program, model, settings and schedule that is another. Empty: in nothing.
std::string resultsDifference(const Comparison& results, const Comparison& planned);

/// Takes the records over from an earlier toJson() of a comparison with the same settings. `what` names the
/// text in messages. Throws Error where it is not such a text or damaged, and OtherResults where
/// resultsDifference() finds something (which it says); `comparison` is then unchanged.
void continueFrom(Comparison& comparison, const std::string& json, const std::string& what);

} // namespace scalekv
