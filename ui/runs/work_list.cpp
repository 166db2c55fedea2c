#include "ui/runs/work_list.h"

#include <algorithm>

namespace scalekv::ui {

const QueuedWork* WorkList::find(int id) const {
    const int row = rowOf(id);
    return row < 0 ? nullptr : &list_[row];
}

int WorkList::rowOf(int id) const {
    const auto found =
        std::find_if(list_.begin(), list_.end(), [id](const QueuedWork& work) { return work.id == id; });
    return found == list_.end() ? -1 : static_cast<int>(found - list_.begin());
}

int WorkList::count(WorkState state) const {
    return static_cast<int>(std::count_if(list_.begin(), list_.end(),
                                          [state](const QueuedWork& work) { return work.state == state; }));
}

int WorkList::pending() const {
    return static_cast<int>(
        std::count_if(list_.begin(), list_.end(), [](const QueuedWork& work) { return work.isPending(); }));
}

QVector<int> WorkList::insert(int row, QVector<QueuedWork> works) {
    QVector<int> ids;
    if (works.isEmpty())
        return ids;
    for (QueuedWork& work : works) {
        if (work.id == 0)
            work.id = nextId_;
        nextId_ = std::max(nextId_, work.id + 1);
        ids += work.id;
    }
    beginInsertRows({}, row, row + static_cast<int>(works.size()) - 1);
    for (qsizetype i = 0; i < works.size(); ++i)
        list_.insert(row + i, works[i]);
    endInsertRows();
    Q_EMIT changed();
    return ids;
}

QueuedWork WorkList::take(int id) {
    const int row = rowOf(id);
    if (row < 0)
        return {};
    beginRemoveRows({}, row, row);
    QueuedWork work = list_.takeAt(row);
    endRemoveRows();
    Q_EMIT taken(work);
    Q_EMIT changed();
    return work;
}

QVector<int> WorkList::order() const {
    QVector<int> ids;
    for (const QueuedWork& work : list_)
        ids += work.id;
    return ids;
}

void WorkList::setOrder(const QVector<int>& ids) {
    QVector<QueuedWork> sorted;
    sorted.reserve(list_.size());
    for (const int id : ids) {
        if (const QueuedWork* work = find(id))
            sorted += *work;
    }
    for (const QueuedWork& work : list_) {
        if (!ids.contains(work.id))
            sorted += work;
    }
    std::stable_partition(sorted.begin(), sorted.end(),
                          [](const QueuedWork& work) { return work.isPending(); });
    Q_EMIT layoutAboutToBeChanged();
    const QVector<int> before = order();
    list_ = sorted;
    QModelIndexList from = persistentIndexList(), to;
    for (const QModelIndex& index : from)
        to += this->index(rowOf(before[index.row()]));
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged();
    Q_EMIT orderChanged();
    Q_EMIT changed();
}

void WorkList::update(int id, const std::function<void(QueuedWork&)>& change) {
    const int row = rowOf(id);
    if (row < 0)
        return;
    change(list_[row]);
    Q_EMIT dataChanged(index(row), index(row));
    Q_EMIT changed();
}

void WorkList::end(int id, WorkState state, const QString& problem) {
    update(id, [&](QueuedWork& work) {
        work.state = state;
        work.problem = problem;
    });
    QVector<int> ids = order();
    if (!ids.removeOne(id))
        return;
    ids.insert(pending(), id);
    setOrder(ids);
    while (list_.size() - pending() > kMostEnded)
        take(list_.constLast().id);
}

int WorkList::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(list_.size());
}

/// Lines are dragged within their view, which knows what that means.
Qt::ItemFlags WorkList::flags(const QModelIndex& index) const {
    return index.isValid() ? QAbstractListModel::flags(index) | Qt::ItemIsDragEnabled : Qt::ItemIsDropEnabled;
}

QVariant WorkList::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QueuedWork& work = list_[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return workTitle(work);
    case Details:
        return workDetails(work);
    case State:
        return int(work.state);
    case Problem:
        return work.problem;
    case Id:
        return work.id;
    default:
        return {};
    }
}

} // namespace scalekv::ui
