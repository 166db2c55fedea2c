#pragma once

#include "ui/shell/planner.h"

#include <QString>
#include <QVector>

#include <optional>
#include <string>
#include <vector>

namespace scalekv::ui {

/// A request that differs from the one that was wanted in one point, and can be made.
struct FitOffer {
    QString text; ///< for a button: "ScaleKV 10 %"
    GenerationRequest request;
    qint64 more = 0; ///< bytes that it needs, see MemoryOutlook
};

/// The same picture with less in the cache, of which it is the most that fits into `free` bytes; `planned` is
/// the plan of `wanted`. None fits, or none can be planned: none is offered.
std::optional<FitOffer> smallerCache(const GenerationRequest& wanted, const GenerationPlan& planned,
                                     const Planner& plan, qint64 free);
/// The same with a smaller picture, the largest of those `sizes` that fits.
std::optional<FitOffer> smallerPicture(const GenerationRequest& wanted, const GenerationPlan& planned,
                                       const std::vector<std::string>& sizes, const Planner& plan,
                                       qint64 free);

/// What would fit into `free` bytes where `wanted` does not: one with less in the cache, one with a smaller
/// picture. `sizes`: those of the model. Found by planning, so what cannot be planned is not offered.
QVector<FitOffer> fitOffers(const GenerationRequest& wanted, const std::vector<std::string>& sizes,
                            const Planner& plan, qint64 free);

} // namespace scalekv::ui
