#include "ui/queue/queue_steps.h"

#include "ui/shell/work_queue.h"

#include <QCoreApplication>

#include <utility>

namespace scalekv::ui {

CancelWork::CancelWork(WorkQueue& queue, const QVector<int>& ids)
    : QUndoCommand(QCoreApplication::translate("CancelWork", ids.size() == 1 ? "taking work out of the queue"
                                                                             : "emptying the queue")),
      queue_(queue), ids_(ids) {}

void CancelWork::redo() {
    order_ = queue_.list().order();
    taken_ = queue_.cancel(ids_);
    // Nothing to bring back: all of it was done before it could be taken out.
    setObsolete(taken_.isEmpty());
}

void CancelWork::undo() {
    queue_.put(queue_.list().rowCount(), std::exchange(taken_, {}));
    queue_.list().setOrder(order_);
}

MoveWork::MoveWork(WorkQueue& queue, QVector<int> order)
    : QUndoCommand(QCoreApplication::translate("MoveWork", "moving work in the queue")), queue_(queue),
      before_(queue.list().order()), after_(std::move(order)) {}

void MoveWork::redo() {
    queue_.list().setOrder(after_);
}

void MoveWork::undo() {
    queue_.list().setOrder(before_);
}

} // namespace scalekv::ui
