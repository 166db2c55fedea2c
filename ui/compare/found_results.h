#pragma once

#include "ui/runs/comparison_job.h"

namespace scalekv::ui {

/// What a folder holds of a comparison.
struct FoundResults {
    bool any = false;         ///< a file of results, whether or not it can be read
    ComparisonPtr comparison; ///< null: there is none, or it cannot be read or is more than can be shown
    QString problem;          ///< why it is null, or cannot be gone on with, in a sentence; empty: it can
    bool reported = false;    ///< their report is there

    bool finished() const { return comparison && comparison->complete() && reported; }
};
/// Reads all of it: not for the window's thread. Whether results can be gone on with is judged for the model,
/// where there is one.
FoundResults findResults(const QString& folder, const std::weak_ptr<const Model>& model);

/// Whether both ask for the same figures: the same prompts, seeds and policies with their budgets, in
/// whatever order these stand, and tables of roles left aside, which results found in their model.
bool asksTheSame(const ComparisonSettings& a, const ComparisonSettings& b);

} // namespace scalekv::ui
