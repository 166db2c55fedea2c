#pragma once

#include "ui/runs/generation_result.h"
#include "ui/runs/policy_change.h"

namespace scalekv::ui {

/// One picture of a comparison: made, being made, or to be made.
struct CompareColumn {
    enum class State {
        Waiting, ///< to be made
        Making,
        Done,
        Stopped, ///< by the user; what it had drawn is kept
        Failed
    };

    int id = 0; ///< of its set; 0: not yet in one
    GenerationRequest request;
    ModelIdentity model; ///< that makes it
    QString modelPath;   ///< where that was; empty: not known
    State state = State::Waiting;
    ResultPtr run;              ///< Done
    QVector<ScaleFrame> frames; ///< Stopped: as far as it came
    QSize finalSize;            ///< pixels of the finished picture; empty: not known yet
    QString problem;            ///< Failed: why, in a sentence
    bool shown = true;          ///< among the pictures that are looked at

    bool isDone() const { return state == State::Done; }
    /// Will be made, if nothing is done about it.
    bool isPending() const { return state == State::Waiting || state == State::Making; }
};

/// A finished run as a column.
CompareColumn columnOf(const ResultPtr& run);
/// A request that is to be made as `like` was, with the same model.
CompareColumn columnLike(const CompareColumn& like, const GenerationRequest& request);
/// Whether both make the same picture. `made` may have the tables (roles, orders or kinds of heads) that its
/// policy found in the model.
bool sameRequest(const GenerationRequest& wanted, const GenerationRequest& made);

} // namespace scalekv::ui
