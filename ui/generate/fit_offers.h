#pragma once

#include "ui/generate/planner.h"

#include <QString>
#include <QVector>

#include <string>
#include <vector>

namespace scalekv::ui {

/// A request that differs from the one that was wanted in one point, and can be made.
struct FitOffer {
    QString text; ///< for a button: "ScaleKV 10 %"
    GenerationRequest request;
    qint64 more = 0; ///< bytes that it needs, see MemoryOutlook
};

/// What would fit into `free` bytes where `wanted` does not: one with less in the cache, one with a smaller
/// picture, of which each is the largest that fits. `sizes`: those of the model. Found by planning, so what
/// cannot be planned is not offered.
QVector<FitOffer> fitOffers(const GenerationRequest& wanted, const std::vector<std::string>& sizes,
                            const Planner& plan, qint64 free);

} // namespace scalekv::ui
