#include "ui/runs/remove_runs.h"

#include "ui/runs/run_list.h"

#include <QCoreApplication>

#include <algorithm>

namespace scalekv::ui {

RemoveRuns::RemoveRuns(RunList& model, std::shared_ptr<PictureBin> bin, const QVector<int>& rows)
    : model_(model), bin_(std::move(bin)) {
    for (const int row : rows)
        entries_ += Entry{model.result(row)};
    setText(QCoreApplication::translate("RemoveRuns",
                                        rows.size() == 1 ? "removing a picture" : "removing pictures"));
}

RemoveRuns::~RemoveRuns() {
    // One that was undone has none there; a later removal of the same picture may.
    if (!done_)
        return;
    for (const Entry& entry : entries_)
        bin_->take(entry.result);
}

void RemoveRuns::redo() {
    done_ = true;
    entries_.removeIf([this](const Entry& entry) { // it has left of itself meanwhile
        return entry.result.expired() || model_.rowOf(entry.result.lock()) < 0;
    });
    for (Entry& entry : entries_)
        entry.fromEnd = model_.gone() + model_.rowCount() - model_.rowOf(entry.result.lock());
    // From the oldest up, for the bin gives up first what came first.
    for (qsizetype i = entries_.size(); i-- > 0;)
        bin_->put(model_.take(model_.rowOf(entries_[i].result.lock())));
}

void RemoveRuns::undo() {
    done_ = false;
    // From the oldest up: then all that lay below an entry is back when its turn comes, or given up.
    int givenUp = 0;
    for (qsizetype i = entries_.size(); i-- > 0;) {
        const RecordedRun run = bin_->take(entries_[i].result);
        if (run.result) {
            const int row = model_.gone() + model_.rowCount() + 1 - (entries_[i].fromEnd - givenUp);
            model_.insert(std::clamp(row, 0, model_.rowCount()), run.result, run.record);
        } else {
            ++givenUp;
            entries_.removeAt(i);
        }
    }
    setObsolete(entries_.isEmpty());
}

int RemoveRuns::undoable() const {
    return static_cast<int>(std::count_if(entries_.begin(), entries_.end(),
                                          [this](const Entry& entry) { return bin_->holds(entry.result); }));
}

} // namespace scalekv::ui
