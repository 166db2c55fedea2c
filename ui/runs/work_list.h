#pragma once

#include "ui/runs/queued_work.h"

#include <QAbstractListModel>

#include <functional>

namespace scalekv::ui {

/// What the engine is to do, in its order; behind that, what was stopped or has failed. The one list that all
/// places read.
class WorkList : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { Details = Qt::UserRole, State, Problem, Id };
    /// Of what was stopped or has failed, the oldest go when there are more.
    static constexpr int kMostEnded = 100;

    using QAbstractListModel::QAbstractListModel;

    const QVector<QueuedWork>& all() const { return list_; }
    bool isEmpty() const { return list_.isEmpty(); }
    /// Null: there is none of this id.
    const QueuedWork* find(int id) const;
    int rowOf(int id) const; ///< −1: none
    int count(WorkState state) const;
    /// Those that will be done or may be: they stand before the others.
    int pending() const;

    /// Puts work in before `row`. Those without an id get one; the ids come back.
    QVector<int> insert(int row, QVector<QueuedWork> works);
    /// Gives back those that were there.
    QVector<QueuedWork> take(const QVector<int>& ids);
    /// In this order, those that are not named behind, in theirs; but first what runs, and last what has
    /// ended.
    void setOrder(const QVector<int>& ids);
    QVector<int> order() const;
    void update(int id, const std::function<void(QueuedWork&)>& change) { update(QVector<int>{id}, change); }
    void update(const QVector<int>& ids, const std::function<void(QueuedWork&)>& change);
    /// Stopped or Failed: behind all that is pending.
    void end(int id, WorkState state, const QString& problem);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    /// Anything, whatever the finer signals say.
    void changed();
    void taken(const QVector<scalekv::ui::QueuedWork>& works);
    void orderChanged();

private:
    QVector<QueuedWork> list_;
    int nextId_ = 1;
};

} // namespace scalekv::ui
