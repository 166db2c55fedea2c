#include "ui/compare/column_queue.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace scalekv::ui {

using State = CompareColumn::State;

ColumnQueue::ColumnQueue(const Desk& desk, ColumnSet& set, QObject* parent)
    : QObject(parent), desk_(desk), set_(set) {
    connect(&desk_.queue, &WorkQueue::began, this, &ColumnQueue::begun);
    connect(&desk_.queue, &WorkQueue::made, this, &ColumnQueue::made);
    connect(&desk_.queue, &WorkQueue::ended, this, &ColumnQueue::ended);
    connect(&desk_.queue, &WorkQueue::changed, this, &ColumnQueue::settle);
    connect(&desk_.queue, &WorkQueue::memoryShort, this, [this](int work, const MemoryOutlook& outlook) {
        if (const int column = columnOf(work))
            Q_EMIT memoryShort(column, outlook);
    });
    connect(&set_, &ColumnSet::changed, this, &ColumnQueue::settle, Qt::QueuedConnection);
}

int ColumnQueue::columnOf(int work) const {
    return works_.key(work, 0);
}

int ColumnQueue::making() const {
    const QueuedWork* work = desk_.queue.running();
    return work ? columnOf(work->id) : 0;
}

int ColumnQueue::waiting() const {
    return static_cast<int>(
        std::count_if(set_.columns().begin(), set_.columns().end(),
                      [](const CompareColumn& column) { return column.state == State::Waiting; }));
}

bool ColumnQueue::isStopped() const {
    const bool stopped =
        std::any_of(set_.columns().begin(), set_.columns().end(),
                    [](const CompareColumn& column) { return column.state == State::Stopped; });
    return stopped || (waiting() > 0 && desk_.queue.isPaused());
}

QString ColumnQueue::obstacle() const {
    if (waiting() == 0 || desk_.queue.running())
        return {};
    if (desk_.queue.isPaused())
        return waiting() == 1 ? tr("Paused; 1 picture waits.")
                              : tr("Paused; %1 pictures wait.").arg(waiting());
    return desk_.queue.obstacle();
}

void ColumnQueue::settle() {
    if (settling_)
        return;
    const QScopedValueRollback settling(settling_, true);
    const WorkList& list = desk_.queue.list();
    for (auto it = works_.begin(); it != works_.end();) {
        if (set_.find(it.key())) {
            ++it;
            continue;
        }
        const int work = it.value(), column = it.key();
        it = works_.erase(it);
        if (!adopted_.remove(column))
            desk_.queue.cancel({work}); // nobody waits for the picture any more
    }
    QVector<QueuedWork> wanted;
    QVector<int> columns;
    for (const CompareColumn& column : QVector<CompareColumn>(set_.columns())) {
        const QueuedWork* work = list.find(works_.value(column.id));
        if (column.isPending() && works_.contains(column.id) && !work) { // taken out in the queue
            set_.update(column.id, [](CompareColumn& changed) { changed.state = State::Stopped; });
        } else if (column.state == State::Stopped && work && work->isPending()) { // and put back
            set_.update(column.id, [](CompareColumn& changed) { changed.state = State::Waiting; });
        } else if (column.state == State::Waiting && !work) {
            QueuedWork anew{
                .work = PictureWork{column.request}, .model = column.model, .modelPath = column.modelPath};
            anew.remembered = false; // the comparison is
            wanted += anew;
            columns += column.id;
        } else if (work && work->state != WorkState::Running && work->request() &&
                   *work->request() != column.request && column.state == State::Waiting) {
            desk_.queue.list().update(work->id, [&](QueuedWork& changed) {
                changed.work = PictureWork{column.request};
                changed.state = WorkState::Waiting;
                changed.problem.clear();
            });
        } else if (column.state == State::Making && work && work->state != WorkState::Running) { // held there
            set_.update(column.id, [](CompareColumn& changed) { changed.state = State::Waiting; });
        }
    }
    // All at once: the queue begins with the first as soon as it has one.
    const QVector<int> ids = desk_.queue.list().insert(list.pending(), wanted);
    for (qsizetype i = 0; i < ids.size(); ++i)
        works_[columns[i]] = ids[i];
    if (!ids.isEmpty())
        desk_.queue.advance();
    if (const int column = making()) {
        if (set_.find(column)->state == State::Waiting)
            set_.update(column, [](CompareColumn& changed) { changed.state = State::Making; });
    }
    Q_EMIT changed();
}

void ColumnQueue::settleMemory(int id, bool anyway) {
    const int work = works_.value(id);
    if (anyway)
        desk_.queue.hold({work}, false);
    else
        desk_.queue.cancel({work}); // the column is stopped, and others go on
}

void ColumnQueue::resume() {
    waitAgain();
    desk_.queue.resume();
}

void ColumnQueue::goOn() {
    if (!isStopped())
        return;
    waitAgain();
    desk_.queue.resumeStopped();
}

/// What was stopped or has failed.
void ColumnQueue::waitAgain() {
    for (const CompareColumn& column : QVector<CompareColumn>(set_.columns())) {
        if (column.state != State::Stopped && column.state != State::Failed)
            continue;
        works_.remove(column.id);
        set_.update(column.id, [](CompareColumn& changed) {
            changed.state = State::Waiting;
            changed.frames.clear();
            changed.problem.clear();
        });
    }
    settle();
}

void ColumnQueue::adoptLive(int id) {
    const QueuedWork* work = desk_.queue.running();
    if (!work || !work->request())
        return;
    works_[id] = work->id;
    adopted_ += id;
    Q_EMIT changed();
}

void ColumnQueue::begun(int work) {
    const int id = columnOf(work);
    const MapSize size = desk_.live.plan().picture;
    set_.update(id, [size](CompareColumn& column) {
        column.state = State::Making;
        column.finalSize = {size.width, size.height};
    });
}

void ColumnQueue::made(const QueuedWork& work, const ResultPtr& result) {
    const int id = columnOf(work.id);
    works_.remove(id);
    adopted_.remove(id);
    set_.update(id, [&](CompareColumn& column) {
        const bool shown = column.shown;
        column = ui::columnOf(result);
        column.id = id;
        column.shown = shown;
    });
}

void ColumnQueue::ended(const QueuedWork& work) {
    const int id = columnOf(work.id);
    if (id == 0)
        return;
    if (work.isPending()) { // another model is wanted first
        set_.update(id, [](CompareColumn& column) { column.state = State::Waiting; });
        return;
    }
    works_.remove(id);
    set_.update(id, [&](CompareColumn& column) {
        column.state = work.state == WorkState::Failed ? State::Failed : State::Stopped;
        column.problem = work.problem;
        if (column.state == State::Stopped)
            column.frames = desk_.live.frames();
    });
    if (adopted_.remove(id))
        return;                         // the queue's
    desk_.queue.list().take({work.id}); // the column says what became of it
    if (work.state == WorkState::Failed)
        Q_EMIT failed(id, work.problem);
}

} // namespace scalekv::ui
