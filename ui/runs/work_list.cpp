#include "ui/runs/work_list.h"

#include <QHash>
#include <QSet>

#include <algorithm>
#include <numeric>
#include <utility>

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

QVector<QueuedWork> WorkList::take(const QVector<int>& ids) {
    QVector<QueuedWork> works;
    if (ids.size() == 1) {
        const int row = rowOf(ids.constFirst());
        if (row < 0)
            return works;
        beginRemoveRows({}, row, row);
        works += list_.takeAt(row);
        endRemoveRows();
    } else { // ten thousand at once, too
        const QSet<int> gone(ids.begin(), ids.end());
        beginResetModel();
        QVector<QueuedWork> rest;
        for (QueuedWork& work : list_)
            (gone.contains(work.id) ? works : rest) += std::move(work);
        list_ = std::move(rest);
        endResetModel();
    }
    Q_EMIT taken(works);
    Q_EMIT changed();
    return works;
}

QVector<int> WorkList::order() const {
    QVector<int> ids;
    for (const QueuedWork& work : list_)
        ids += work.id;
    return ids;
}

void WorkList::setOrder(const QVector<int>& ids) {
    QHash<int, int> place; // of an id; those that are not named keep theirs behind all that are
    for (const int id : ids)
        place.insert(id, int(place.size()));
    const auto rank = [](const QueuedWork& work) {
        return work.state == WorkState::Running ? 0 : work.isPending() ? 1 : 2;
    };
    const int behind = int(place.size());
    QVector<int> rows(list_.size());
    std::iota(rows.begin(), rows.end(), 0);
    std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) {
        const auto key = [&](int row) {
            return std::pair(rank(list_.at(row)), place.value(list_.at(row).id, behind));
        };
        return key(a) < key(b);
    });
    Q_EMIT layoutAboutToBeChanged();
    QVector<QueuedWork> sorted;
    sorted.reserve(list_.size());
    QVector<int> now(list_.size()); // old row → new
    for (const int row : rows) {
        now[row] = int(sorted.size());
        sorted += list_.at(row);
    }
    list_ = std::move(sorted);
    QModelIndexList from = persistentIndexList(), to;
    for (const QModelIndex& index : from)
        to += this->index(now[index.row()]);
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged();
    Q_EMIT orderChanged();
    Q_EMIT changed();
}

void WorkList::update(const QVector<int>& ids, const std::function<void(QueuedWork&)>& change) {
    const QSet<int> wanted(ids.begin(), ids.end());
    bool any = false;
    for (int row = 0; row < list_.size(); ++row) {
        if (!wanted.contains(list_.at(row).id))
            continue;
        any = true;
        change(list_[row]);
        Q_EMIT dataChanged(index(row), index(row));
    }
    if (any)
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
        take({list_.constLast().id});
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
    case Qt::ToolTipRole:
        return work.problem.isEmpty() ? workDetails(work) : work.problem;
    case Id:
        return work.id;
    default:
        return {};
    }
}

} // namespace scalekv::ui
