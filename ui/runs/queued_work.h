#pragma once

#include "scalekv/request.h"
#include "ui/runs/calibrate_job.h"
#include "ui/runs/comparison_job.h"
#include "ui/runs/generation_result.h"

#include <QSize>

#include <optional>
#include <variant>

namespace scalekv::ui {

/// A picture is made.
struct PictureWork {
    GenerationRequest request;
};

/// A finished run is repeated, for what was not recorded of it.
struct RecordWork {
    ResultPtr run;
};

enum class WorkState {
    Waiting,
    Running,
    Held,    ///< waits until somebody lets it go on
    Stopped, ///< by the user
    Failed
};

/// Why work is held.
enum class HeldFor {
    User,
    Memory,      ///< more than is free: it goes on by itself when there is room
    ProgramEnded ///< twice while it was done
};

/// A picture's place in a sheet (see picture_sheet.h).
struct SheetCell {
    int sheet = 0; ///< its id
    int cell = 0;  ///< row · columns + column
};

/// Something that the engine is to do.
struct QueuedWork {
    int id = 0; ///< of its list; 0: not yet in one
    std::variant<PictureWork, RecordWork, MeasureJob, CompareJob, CalibrateJob> work;
    ModelIdentity model = {}; ///< that does it
    QString modelPath = {};   ///< where that was; empty: not known
    WorkState state = WorkState::Waiting;
    HeldFor heldFor = HeldFor::User;
    QString problem = {};               ///< Held, Failed: why, in a sentence
    bool anyway = false;                ///< done although memory is short: the user wants it
    bool remembered = true;             ///< from one start to the next; else whoever wants it sees to that
    std::optional<SheetCell> cell = {}; ///< none: a picture of its own

    /// Will be done, if nothing is done about it; or, held, may be.
    bool isPending() const { return state != WorkState::Stopped && state != WorkState::Failed; }
    /// Null: it is no picture.
    const GenerationRequest* request() const {
        const auto* picture = std::get_if<PictureWork>(&work);
        return picture ? &picture->request : nullptr;
    }
};

/// What it is, in a line: a picture's prompt, or what is done.
QString workTitle(const QueuedWork& work);
/// The settings that matter, in another line.
QString workDetails(const QueuedWork& work);

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::QueuedWork)
