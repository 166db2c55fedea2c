#include "widgets/filmstrip_delegate.h"

#include "widgets/filmstrip_model.h"

#include <QPainter>

namespace scalekv::widgets {
namespace {
constexpr int kPadding = 5;
} // namespace

void FilmstripDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
    const auto* model = qobject_cast<const FilmstripModel*>(index.model());
    const QSize box = model ? model->thumbnailSize() : QSize(72, 72);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QPalette& palette = option.palette;

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF cell = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
    if (selected) {
        QColor fill = palette.color(QPalette::Highlight);
        fill.setAlpha(60);
        painter->setBrush(fill);
        painter->setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter->drawRoundedRect(cell, 5, 5);
        if (option.state.testFlag(QStyle::State_HasFocus)) { // arrows choose now
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(palette.color(QPalette::WindowText), 1));
            painter->drawRoundedRect(cell.adjusted(2, 2, -2, -2), 4, 4);
        }
    } else if (option.state.testFlag(QStyle::State_MouseOver) &&
               option.state.testFlag(QStyle::State_Enabled)) {
        painter->setPen(palette.color(QPalette::Mid));
        painter->drawRoundedRect(cell, 5, 5);
    }

    const QRect room(option.rect.x() + (option.rect.width() - box.width()) / 2, option.rect.y() + kPadding,
                     box.width(), box.height());
    const QImage image = index.data(FilmstripModel::Thumbnail).value<QImage>();
    if (image.isNull()) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(palette.color(QPalette::Disabled, QPalette::WindowText), 1, Qt::DashLine));
        painter->drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    } else {
        const QSizeF size = image.deviceIndependentSize();
        painter->drawImage(QPointF(room.x() + (room.width() - size.width()) / 2,
                                   room.y() + (room.height() - size.height()) / 2),
                           image);
    }
    painter->setPen(palette.color(image.isNull() ? QPalette::Disabled : QPalette::Active, QPalette::Text));
    const QRect text(option.rect.x(), room.bottom() + 2, option.rect.width(),
                     option.rect.bottom() - room.bottom() - kPadding);
    painter->drawText(text, Qt::AlignHCenter | Qt::AlignVCenter, index.data(Qt::DisplayRole).toString());
    painter->restore();
}

QSize FilmstripDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* model = qobject_cast<const FilmstripModel*>(index.model());
    const QSize box = model ? model->thumbnailSize() : QSize(72, 72);
    const int text = option.fontMetrics.horizontalAdvance(index.data(Qt::DisplayRole).toString());
    return {std::max(box.width(), text) + 2 * kPadding + 2,
            box.height() + option.fontMetrics.height() + 2 * kPadding + 2};
}

} // namespace scalekv::widgets
