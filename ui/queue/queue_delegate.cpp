#include "ui/queue/queue_delegate.h"

#include "ui/shell/work_queue.h"
#include "widgets/item_ground.h"
#include "widgets/problem_colours.h"

#include <QLocale>
#include <QPainter>

namespace scalekv::ui {
namespace {

constexpr int kPadding = 8;
constexpr int kStateWidth = 150;
constexpr int kBarHeight = 4;

} // namespace

QueueDelegate::QueueDelegate(const WorkQueue& queue, QObject* parent)
    : QStyledItemDelegate(parent), queue_(queue) {}

QString QueueDelegate::stateText(const QModelIndex& index) const {
    switch (WorkState(index.data(WorkList::State).toInt())) {
    case WorkState::Waiting:
        return tr("waiting");
    case WorkState::Running:
        return tr("in the making: %1 %").arg(QLocale().toString(queue_.done() * 100, 'f', 0));
    case WorkState::Held:
        return tr("held");
    case WorkState::Stopped:
        return tr("stopped");
    case WorkState::Failed:
        return tr("failed");
    }
    return {};
}

void QueueDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    QStyleOptionViewItem panel = option;
    initStyleOption(&panel, index);
    widgets::paintItemGround(painter, panel);

    painter->save();
    const auto state = WorkState(index.data(WorkList::State).toInt());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor strong = widgets::itemText(option), faint = widgets::faintItemText(option);
    const QFontMetrics& metrics = option.fontMetrics;
    const QRect room = option.rect.adjusted(kPadding, kPadding / 2, -kPadding, -kPadding / 2);
    const QRect right(room.right() - kStateWidth, room.top(), kStateWidth, metrics.height());
    const QRect title(room.left(), room.top(), room.width() - kStateWidth - kPadding, metrics.height());
    const QRect below(room.left(), title.bottom() + 1, room.width(), metrics.height());

    const bool pending = state == WorkState::Waiting || state == WorkState::Running;
    painter->setPen(pending || selected ? strong : faint);
    painter->drawText(
        title, Qt::AlignLeft | Qt::AlignVCenter,
        metrics.elidedText(index.data().toString().simplified(), Qt::ElideRight, title.width()));
    const bool failed = state == WorkState::Failed;
    painter->setPen(failed && !selected ? widgets::problemColours(option.palette).text : faint);
    painter->drawText(right, Qt::AlignRight | Qt::AlignVCenter, stateText(index));
    const QString problem = index.data(WorkList::Problem).toString();
    painter->drawText(
        below, Qt::AlignLeft | Qt::AlignVCenter,
        metrics.elidedText(problem.isEmpty() ? index.data(WorkList::Details).toString() : problem,
                           Qt::ElideRight, below.width()));
    if (state == WorkState::Running) {
        const QRect bar(room.left(), room.bottom() - kBarHeight + 2, room.width(), kBarHeight);
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.color(QPalette::Mid));
        painter->drawRoundedRect(bar, 2, 2);
        painter->setBrush(selected ? strong : option.palette.color(QPalette::Highlight));
        painter->drawRoundedRect(QRect(bar.topLeft(), QSize(int(bar.width() * queue_.done()), bar.height())),
                                 2, 2);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(faint);
        painter->drawRect(option.rect.adjusted(2, 1, -3, -2));
    }
    painter->restore();
}

QSize QueueDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const {
    return {200, 2 * option.fontMetrics.height() + kPadding + kBarHeight + 2};
}

} // namespace scalekv::ui
