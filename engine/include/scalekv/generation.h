#pragma once

#include "scalekv/model.h"
#include "scalekv/observer.h"
#include "scalekv/report.h"
#include "scalekv/request.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace scalekv {

/// What a generation will do and hold, known exactly before it starts.
struct GenerationPlan {
    GenerationRequest request; ///< as asked for, with the tables (roles) that its policy will use
    ScaleSchedule schedule;
    int layers = 0;
    MapSize picture;     ///< pixels
    bool guided = false; ///< any cfg other than 1
    /// Bytes of stored keys and values after each scale, all layers and prompts, and most at any time.
    std::vector<std::int64_t> kvBytes;
    std::int64_t peakKvBytes = 0;
    /// The same for the full cache.
    std::vector<std::int64_t> fullKvBytes;
    std::int64_t fullPeakKvBytes = 0;
    /// What a budget is a part of.
    WholeHistory history() const;
    std::int64_t scratchBytes = 0; ///< the shared room for the current map's keys and values
    /// Estimate: most memory of the model's device at any time beyond the weights.
    std::int64_t peakBytes = 0;
};

/// A request that was checked and is ready to run, any number of times, with one model.
class Generation {
public:
    const GenerationPlan& plan() const;
    const Model& model() const;

    /// Throws Cancelled within one layer's work after `stop` was requested, Error where memory runs out.
    GenerationReport run(GenerationObserver& observer, const Watching& watching = {},
                         std::stop_token stop = {}) const;

private:
    friend Generation prepare(std::shared_ptr<const Model> model, const GenerationRequest& request,
                              BatchDraw draw);
    struct Prepared;
    explicit Generation(std::shared_ptr<const Prepared> prepared);
    std::shared_ptr<const Prepared> prepared_;
};

/// Checks a request against a model and works out what it will take, in microseconds and without reading a
/// file. Throws Error that names the setting.
Generation prepare(std::shared_ptr<const Model> model, const GenerationRequest& request,
                   BatchDraw draw = BatchDraw::Together);

} // namespace scalekv
