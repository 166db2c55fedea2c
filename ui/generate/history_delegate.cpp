#include "ui/generate/history_delegate.h"

#include "ui/runs/run_list.h"
#include "widgets/item_ground.h"
#include "widgets/wrapped_lines.h"

#include <QPainter>

namespace scalekv::ui {
namespace {

constexpr int kPadding = 6;

/// Draws `text` in at most two lines, the second cut with "…".
void drawTwoLines(QPainter* painter, const QRect& box, const QString& text, const QFontMetrics& metrics) {
    int y = box.top() + metrics.ascent();
    for (const QString& line : widgets::wrappedLines(text, painter->font(), box.width(), 2)) {
        painter->drawText(QPoint(box.left(), y), line);
        y += metrics.height();
    }
}

} // namespace

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    QStyleOptionViewItem panel = option;
    initStyleOption(&panel, index);
    widgets::paintItemGround(painter, panel);

    painter->save();
    const QImage image = index.data(RunList::Thumbnail).value<QImage>();
    const int side = RunList::kThumbnailSide;
    const QRect room(option.rect.left() + kPadding, option.rect.top() + kPadding, side, side);
    const QSizeF size = image.deviceIndependentSize();
    painter->drawImage(QPointF(room.x() + (side - size.width()) / 2, room.y() + (side - size.height()) / 2),
                       image);

    const int left = room.right() + kPadding + 3;
    const QRect text(left, room.top(), option.rect.right() - kPadding - left, side);
    painter->setPen(widgets::itemText(option));
    drawTwoLines(painter, text, index.data(Qt::DisplayRole).toString().simplified(), option.fontMetrics);

    painter->setPen(widgets::faintItemText(option));
    const QString details =
        option.fontMetrics.elidedText(index.data(RunList::Details).toString(), Qt::ElideRight, text.width());
    painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom, details);
    if (option.state.testFlag(QStyle::State_HasFocus)) // arrows choose now
        painter->drawRect(option.rect.adjusted(2, 2, -3, -3));
    painter->restore();
}

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const {
    const int lines = 3 * option.fontMetrics.height() + 2;
    return {160, std::max(RunList::kThumbnailSide, lines) + 2 * kPadding};
}

} // namespace scalekv::ui
