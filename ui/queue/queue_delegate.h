#pragma once

#include <QStyledItemDelegate>

namespace scalekv::ui {

class WorkQueue;

/// A line of the queue: what it is and its settings; on the right how it stands, for what runs how far it is.
class QueueDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    QueueDelegate(const WorkQueue& queue, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// "waiting", "in the making: 42 %", "failed".
    QString stateText(const QModelIndex& index) const;

private:
    const WorkQueue& queue_;
};

} // namespace scalekv::ui
