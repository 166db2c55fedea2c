#pragma once

#include "ui/compare/column_set.h"
#include "ui/shell/desk.h"
#include "ui/shell/memory_outlook.h"

#include <QHash>
#include <QSet>

namespace scalekv::ui {

/// Has the columns that wait made, as the ordinary pictures of the window's queue: so they stand in the
/// history and can be inspected.
class ColumnQueue : public QObject {
    Q_OBJECT
public:
    ColumnQueue(const Desk& desk, ColumnSet& set, QObject* parent = nullptr);

    /// Of the column that is being made; 0: none.
    int making() const;
    int waiting() const;
    /// A column was stopped, or columns wait and the queue pauses.
    bool isStopped() const;
    /// Why nothing is made although something waits, in a sentence; empty: nothing waits, or it is coming.
    QString obstacle() const;

    /// Makes also what was stopped.
    void resume();
    /// The same where somebody wants more columns: not if the user has paused the queue.
    void goOn();
    /// After memoryShort(): make it anyway; else it is stopped until resume().
    void settleMemory(int id, bool anyway);
    /// The picture that is being made now, made elsewhere, is this column's.
    void adoptLive(int id);

Q_SIGNALS:
    /// Another column is made, or none.
    void changed();
    /// The next column needs more memory than is free: it waits until it changes, goes, or settleMemory()
    /// says what is wanted.
    void memoryShort(int id, const scalekv::ui::MemoryOutlook& outlook);
    /// A column of the comparison's own cannot be made.
    void failed(int id, const QString& problem);

private:
    /// What is wanted of the queue, and what it has done, are brought together.
    void settle();
    void waitAgain();
    int columnOf(int work) const;
    void begun(int work);
    void made(const QueuedWork& work, const ResultPtr& result);
    void ended(const QueuedWork& work);

    const Desk desk_;
    ColumnSet& set_;
    QHash<int, int> works_; ///< column → its work in the queue, also once that was taken out there
    QSet<int> adopted_;     ///< columns whose pictures were asked for elsewhere
    bool settling_ = false;
};

} // namespace scalekv::ui
