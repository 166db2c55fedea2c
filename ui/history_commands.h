#pragma once

#include "ui/generation_result.h"

#include <QUndoCommand>
#include <QVector>

namespace scalekv::ui {

class HistoryModel;

/// Takes results out of the history; undoing puts them back where they were.
class RemoveFromHistory : public QUndoCommand {
public:
    /// `rows` in ascending order.
    RemoveFromHistory(HistoryModel& model, const QVector<int>& rows);

    void redo() override;
    void undo() override;

private:
    HistoryModel& model_;
    QVector<ResultPtr> results_; ///< from the top
    QVector<int> fromEnd_;       ///< their places counted from the oldest, which new pictures do not shift
};

} // namespace scalekv::ui
