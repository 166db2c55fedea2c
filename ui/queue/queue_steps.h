#pragma once

#include "ui/runs/queued_work.h"

#include <QUndoCommand>

namespace scalekv::ui {

class WorkQueue;

/// Takes work out of the queue; undoing puts it back where it stood. What ran then begins anew.
class CancelWork : public QUndoCommand {
public:
    CancelWork(WorkQueue& queue, const QVector<int>& ids);
    void redo() override;
    void undo() override;

private:
    WorkQueue& queue_;
    QVector<int> ids_, order_;
    QVector<QueuedWork> taken_;
};

/// Another order of the queue. What has come or gone since keeps its place, or is passed over.
class MoveWork : public QUndoCommand {
public:
    MoveWork(WorkQueue& queue, QVector<int> order);
    void redo() override;
    void undo() override;

private:
    WorkQueue& queue_;
    QVector<int> before_, after_;
};

} // namespace scalekv::ui
