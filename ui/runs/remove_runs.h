#pragma once

#include "ui/runs/picture_bin.h"

#include <QUndoCommand>
#include <QVector>

namespace scalekv::ui {

class RunList;

/// Takes results out of the history; undoing puts those back where they were that the bin still holds. The
/// command owns no picture: how long a picture can be brought back is the bin's bound, not the length of the
/// undo stack.
class RemoveRuns : public QUndoCommand {
public:
    /// `rows` in ascending order.
    RemoveRuns(RunList& model, std::shared_ptr<PictureBin> bin, const QVector<int>& rows);
    /// A removal that can no longer be undone needs no place in the bin.
    ~RemoveRuns() override;

    void redo() override;
    void undo() override;
    /// How many pictures undoing would bring back.
    int undoable() const;

private:
    struct Entry {
        std::weak_ptr<const GenerationResult> result;
        /// Its place counted from the oldest there ever was: neither new pictures nor old ones that leave
        /// shift it.
        int fromEnd = 0;
    };

    RunList& model_;
    std::shared_ptr<PictureBin> bin_;
    QVector<Entry> entries_; ///< from the top
    bool done_ = false;      ///< the pictures are out of the history: those in the bin are this command's
};

} // namespace scalekv::ui
