#pragma once

#include "engine/study/comparison/comparison_runs.h"

#include <functional>

namespace scalekv {

/// Generations one after the other under one progress.
class RunSequence {
public:
    /// `works`: expected, of every run in its order.
    RunSequence(const LoadedModel& model, const std::vector<RunWork>& works,
                std::function<void(const ComparisonProgress&)> tell, std::stop_token stop);

    /// The next run begins; see ComparisonProgress.
    void begin(const PolicyChoice& policy, std::string how);
    /// The texts of the run at hand.
    std::vector<at::Tensor> encode(const PreparedRequest& request);
    /// For the run at hand; refers to its arguments and to this.
    RunSetup setup(const PreparedRequest& request, const std::vector<at::Tensor>& text);

private:
    void tell();

    const LoadedModel& model_;
    std::function<void(const ComparisonProgress&)> tell_;
    std::stop_token stop_;
    Pace pace_;
    ComparisonProgress progress_;
};

/// Adds the runs that measure() makes.
void addForcedWork(std::vector<RunWork>& works, const PreparedRequest& request, const LoadedModel& model,
                   bool byLayer);

/// The next runs of the sequence: the request's policy fed with the full run's bits, then, by layer, at work
/// in each layer alone.
TeacherForcedFigures measure(RunSequence& runs, const PreparedRequest& request,
                             const std::vector<at::Tensor>& text, const FullRun& full, bool byLayer);

} // namespace scalekv
