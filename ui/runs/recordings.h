#pragma once

#include "scalekv/look.h"
#include "scalekv/run_record.h"
#include "ui/runs/generation_result.h"

#include <QMetaType>

#include <memory>

namespace scalekv::ui {

/// What was recorded of a run, and the answer to a question about one: never changed once made.
using RecordPtr = std::shared_ptr<const RunRecord>;
using LookPtr = std::shared_ptr<const Look>;

/// A run with what was recorded of it.
struct RecordedRun {
    ResultPtr result;
    RecordPtr record; ///< null: nothing, or no longer
};

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::RecordPtr)
Q_DECLARE_METATYPE(scalekv::ui::LookPtr)
