#pragma once

#include "ui/generate/batch/setting_axis.h"
#include "ui/runs/picture_sheet.h"

#include <optional>
#include <vector>

namespace scalekv::ui {

/// Several pictures that are asked for at once.
struct Batch {
    static constexpr int kMost = 10000;

    std::vector<GenerationRequest> requests;
    std::optional<PictureSheet> sheet; ///< which shows them together, one cell each in their order
};

/// Seeds that belong to a batch.
struct BatchSeeds {
    int count = 1;
    bool random = false; ///< else counted up from the request's
};
std::vector<std::uint64_t> seedsOf(const BatchSeeds& seeds, std::uint64_t first);

/// The same picture with other seeds.
Batch seedBatch(const GenerationRequest& request, const BatchSeeds& seeds);
/// Every prompt with every seed.
Batch promptBatch(const GenerationRequest& request, const std::vector<std::string>& prompts,
                  const BatchSeeds& seeds);

/// One direction of a grid.
struct GridAxis {
    AxisSetting setting = AxisSetting::Seed;
    QVector<AxisValue> values;
};
/// Every value of the one with every value of the other. Throws Error where both are the same setting, or
/// where a budget would not be read.
Batch gridBatch(const GenerationRequest& request, const GridAxis& columns, const GridAxis& rows);

} // namespace scalekv::ui
