#pragma once

#include "ui/compare/compare_column.h"

#include <QObject>

#include <functional>

class QUndoStack;

namespace scalekv::ui {

/// What is compared: columns in their order, which of them is the reference, and which is chosen. Up to four
/// are shown at once; the others stand in the table of figures.
class ColumnSet : public QObject {
    Q_OBJECT
public:
    static constexpr int kMost = 12;
    static constexpr int kMostShown = 4;

    struct State {
        QVector<CompareColumn> columns;
        int reference = 0, chosen = 0; ///< ids; 0: none
    };

    using QObject::QObject;

    const QVector<CompareColumn>& columns() const { return state_.columns; }
    bool isEmpty() const { return state_.columns.isEmpty(); }
    bool isFull() const { return state_.columns.size() >= kMost; }
    const State& state() const { return state_; }
    /// Null: there is none of this id.
    const CompareColumn* find(int id) const;
    int indexOf(int id) const; ///< −1: none
    /// Null only while the set is empty.
    const CompareColumn* reference() const { return find(state_.reference); }
    const CompareColumn* chosen() const { return find(state_.chosen); }
    /// In their order, at most kMostShown.
    QVector<int> shown() const;

    /// Another comparison. Columns get ids of their own; those beyond kMost are left out. The first is the
    /// reference, the second is chosen.
    void replace(const QVector<CompareColumn>& columns);
    /// Behind the others. Its id, or 0 where there is no room.
    int add(CompareColumn column);
    void remove(int id);
    void move(int id, int index);
    void setReference(int id);
    void choose(int id);
    /// Where four are shown already, the last of them that is neither reference nor chosen goes.
    void setShown(int id, bool shown);
    /// What has become of a column; nothing happens where it is gone.
    void update(int id, const std::function<void(CompareColumn&)>& change);
    /// As it was: for undoing.
    void restore(State state);

Q_SIGNALS:
    void changed();

private:
    void settle();

    State state_;
    int nextId_ = 1;
};

/// Does `act` as a step that can be undone: columns, order, reference. A step owns no picture: a column whose
/// run is gone when it comes back is made again.
void changeColumns(ColumnSet& set, QUndoStack& undo, const QString& what, const std::function<void()>& act);

} // namespace scalekv::ui
