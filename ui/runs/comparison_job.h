#pragma once

#include "scalekv/comparison_report.h"
#include "scalekv/results_folder.h"
#include "ui/runs/generation_result.h"

#include <QMetaType>
#include <QString>

#include <memory>
#include <vector>

namespace scalekv::ui {

/// Teacher-forced figures of finished runs, each against the reference, whose request they have but for the
/// policy. All were made by the model in use; the reference's bits are known.
struct MeasureJob {
    ResultPtr reference;
    std::vector<ResultPtr> runs;
    bool byLayer =
        false; ///< also TeacherForcedFigures::klPerLayer: as many more runs as the model has layers
};

/// What `scalekv compare` does, into the same kind of folder.
struct CompareJob {
    QString folder;
    ComparisonSettings settings;
    ResultsStart start = ResultsStart::Continue;
};

/// Never changed once made.
using ComparisonPtr = std::shared_ptr<const Comparison>;

/// A run for comparisonOf() and writeReport(): refers to it.
inline ComparedRun comparedRun(const GenerationResult& run,
                               std::optional<TeacherForcedFigures> teacherForced = {}) {
    return {run.recipe, run.report, {run.image, run.bits}, std::move(teacherForced)};
}

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::ComparisonPtr)
