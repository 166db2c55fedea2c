#pragma once

#include "scalekv/model.h"
#include "scalekv/observer.h"
#include "scalekv/report.h"
#include "scalekv/request.h"

#include <memory>
#include <stop_token>

namespace scalekv {

/// Bytes of keys and values that a full cache holds at most for `prompts` pictures. `guided` doubles it.
std::int64_t fullCacheBytes(const Model& model, const ScaleSchedule& schedule, int prompts, bool guided);

/// Turns requests into pictures. Holds no state between requests but its model; one thread at a time.
class Pipeline {
public:
    explicit Pipeline(std::shared_ptr<const Model> model);

    /// Checks a request without running it. Throws Error that names the setting.
    void check(const GenerationRequest& request) const;

    /// Throws Error for a bad request, Cancelled within one layer's work after `stop` was requested.
    GenerationReport generate(const GenerationRequest& request, GenerationObserver& observer,
                              std::stop_token stop = {}) const;

    const Model& model() const { return *model_; }

private:
    std::shared_ptr<const Model> model_;
};

} // namespace scalekv
