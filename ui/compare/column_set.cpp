#include "ui/compare/column_set.h"

#include <QPointer>
#include <QUndoStack>

#include <algorithm>

namespace scalekv::ui {

const CompareColumn* ColumnSet::find(int id) const {
    const int index = indexOf(id);
    return index < 0 ? nullptr : &state_.columns.at(index);
}

int ColumnSet::indexOf(int id) const {
    for (int i = 0; i < state_.columns.size(); ++i) {
        if (state_.columns.at(i).id == id)
            return i;
    }
    return -1;
}

QVector<int> ColumnSet::shown() const {
    QVector<int> ids;
    for (const CompareColumn& column : state_.columns) {
        if (column.shown && ids.size() < kMostShown)
            ids += column.id;
    }
    return ids;
}

void ColumnSet::replace(const QVector<CompareColumn>& columns) {
    state_ = {};
    for (CompareColumn column : columns.first(std::min<qsizetype>(columns.size(), kMost))) {
        column.id = nextId_++;
        column.shown = state_.columns.size() < kMostShown;
        state_.columns += column;
    }
    if (!state_.columns.isEmpty()) {
        state_.reference = state_.columns.constFirst().id;
        state_.chosen = state_.columns.at(state_.columns.size() > 1 ? 1 : 0).id;
    }
    settle();
}

int ColumnSet::add(CompareColumn column) {
    if (isFull())
        return 0;
    column.id = nextId_++;
    column.shown = shown().size() < kMostShown;
    state_.columns += column;
    settle();
    return column.id;
}

void ColumnSet::remove(int id) {
    const int index = indexOf(id);
    if (index < 0)
        return;
    state_.columns.removeAt(index);
    // What stood behind it comes into its place.
    for (CompareColumn& column : state_.columns) {
        if (shown().size() >= kMostShown)
            break;
        column.shown = true;
    }
    settle();
}

void ColumnSet::move(int id, int index) {
    const int from = indexOf(id);
    const int to = std::clamp(index, 0, static_cast<int>(state_.columns.size()) - 1);
    if (from < 0 || from == to)
        return;
    state_.columns.move(from, to);
    Q_EMIT changed();
}

void ColumnSet::setReference(int id) {
    if (!find(id) || id == state_.reference)
        return;
    state_.reference = id;
    setShown(id, true);
    settle();
}

void ColumnSet::choose(int id) {
    if (!find(id) || id == state_.chosen)
        return;
    state_.chosen = id;
    setShown(id, true);
    Q_EMIT changed();
}

void ColumnSet::setShown(int id, bool shown) {
    const int index = indexOf(id);
    if (index < 0 || state_.columns.at(index).shown == shown)
        return;
    if (shown && this->shown().size() >= kMostShown) {
        for (qsizetype i = state_.columns.size(); i-- > 0;) {
            CompareColumn& other = state_.columns[i];
            if (other.shown && other.id != state_.reference && other.id != state_.chosen) {
                other.shown = false;
                break;
            }
        }
    }
    state_.columns[index].shown = shown;
    Q_EMIT changed();
}

void ColumnSet::update(int id, const std::function<void(CompareColumn&)>& change) {
    const int index = indexOf(id);
    if (index < 0)
        return;
    change(state_.columns[index]);
    Q_EMIT changed();
}

void ColumnSet::restore(State state) {
    state_ = std::move(state);
    for (const CompareColumn& column : state_.columns)
        nextId_ = std::max(nextId_, column.id + 1);
    settle();
}

/// The reference and what is chosen are always among the columns.
void ColumnSet::settle() {
    if (!find(state_.reference))
        state_.reference = isEmpty() ? 0 : state_.columns.constFirst().id;
    if (!find(state_.chosen)) {
        state_.chosen = state_.reference;
        for (const CompareColumn& column : state_.columns) {
            if (column.shown && column.id != state_.reference) {
                state_.chosen = column.id;
                break;
            }
        }
    }
    Q_EMIT changed();
}

namespace {

/// A state of the set that holds no picture.
struct Outline {
    explicit Outline(ColumnSet::State whole) : state(std::move(whole)) {
        for (CompareColumn& column : state.columns) {
            runs += column.run;
            column.run.reset();
            column.frames.clear();
        }
    }

    /// With the pictures that are there still; `now`: what has become of the columns that are in the set.
    ColumnSet::State filled(const ColumnSet& now) const {
        ColumnSet::State result = state;
        for (qsizetype i = 0; i < result.columns.size(); ++i) {
            CompareColumn& column = result.columns[i];
            if (const CompareColumn* known = now.find(column.id)) {
                column = *known;
            } else if ((column.run = runs.at(i).lock())) {
                column.state = CompareColumn::State::Done;
            } else {
                column.state = CompareColumn::State::Waiting;
            }
            column.shown = state.columns.at(i).shown;
        }
        return result;
    }

    ColumnSet::State state;
    QVector<std::weak_ptr<const GenerationResult>> runs;
};

class ChangeColumns : public QUndoCommand {
public:
    ChangeColumns(ColumnSet& set, const QString& what, ColumnSet::State before, ColumnSet::State after)
        : set_(&set), before_(std::move(before)), after_(std::move(after)) {
        setText(what);
    }
    void undo() override { go(before_); }
    void redo() override {
        if (std::exchange(done_, true)) // at first it is done already
            go(after_);
    }

private:
    void go(const Outline& to) {
        if (set_)
            set_->restore(to.filled(*set_));
    }

    QPointer<ColumnSet> set_; ///< the stack outlives the place
    Outline before_, after_;
    bool done_ = false;
};

} // namespace

void changeColumns(ColumnSet& set, QUndoStack& undo, const QString& what, const std::function<void()>& act) {
    const ColumnSet::State before = set.state();
    act();
    undo.push(new ChangeColumns(set, what, before, set.state()));
}

} // namespace scalekv::ui
