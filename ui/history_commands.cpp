#include "ui/history_commands.h"

#include "ui/history_model.h"

#include <QCoreApplication>

namespace scalekv::ui {

RemoveFromHistory::RemoveFromHistory(HistoryModel& model, const QVector<int>& rows) : model_(model) {
    for (const int row : rows)
        results_ += model.result(row);
    setText(QCoreApplication::translate("RemoveFromHistory",
                                        rows.size() == 1 ? "removing a picture" : "removing pictures"));
}

void RemoveFromHistory::redo() {
    fromEnd_.clear();
    for (const ResultPtr& result : results_)
        fromEnd_ += model_.rowCount() - model_.rowOf(result);
    for (const ResultPtr& result : results_)
        model_.take(model_.rowOf(result));
}

void RemoveFromHistory::undo() {
    // From the oldest up: then all that lay below an entry is back when its turn comes.
    for (qsizetype i = results_.size(); i-- > 0;)
        model_.insert(model_.rowCount() + 1 - fromEnd_[i], results_[i]);
}

} // namespace scalekv::ui
