#include "ui/gallery/gallery_delegate.h"

#include "ui/gallery/gallery_model.h"
#include "widgets/icon.h"
#include "widgets/item_ground.h"

#include <QPainter>

namespace scalekv::ui {
namespace {

constexpr int kPadding = 8;
constexpr int kIcon = 32;

/// A word in a corner of the picture, readable over whatever lies below.
void paintBadge(QPainter* painter, const QRect& picture, const QString& text, Qt::Alignment corner) {
    const QFontMetrics metrics = painter->fontMetrics();
    QRect badge(0, 0, std::max(metrics.horizontalAdvance(text) + 10, metrics.height() + 2),
                metrics.height() + 2);
    badge.moveTop(picture.top() + 4);
    if (corner.testFlag(Qt::AlignRight))
        badge.moveRight(picture.right() - 4);
    else
        badge.moveLeft(picture.left() + 4);
    painter->setPen(Qt::NoPen);
    painter->setBrush(QColor(0, 0, 0, 170));
    painter->drawRoundedRect(badge, badge.height() / 2.0, badge.height() / 2.0);
    painter->setPen(Qt::white);
    painter->drawText(badge, Qt::AlignCenter, text);
}

} // namespace

void GalleryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    QStyleOptionViewItem panel = option;
    initStyleOption(&panel, index);
    widgets::paintItemGround(painter, panel);

    const gallery::Entry& entry = model_.entry(index.row());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor text = widgets::itemText(option);
    const QRect room(option.rect.left() + (option.rect.width() - kPictureSide) / 2,
                     option.rect.top() + kPadding, kPictureSide, kPictureSide);
    const qreal ratio = painter->device()->devicePixelRatioF();
    QRect picture = room;
    if (QImage image = model_.thumbnail(entry, qRound(kPictureSide * ratio)); !image.isNull()) {
        image.setDevicePixelRatio(ratio);
        const QSize size = image.deviceIndependentSize().toSize();
        picture = QRect(room.left() + (room.width() - size.width()) / 2,
                        room.top() + (room.height() - size.height()) / 2, size.width(), size.height());
        painter->drawImage(picture.topLeft(), image);
    } else {
        QColor frame = text;
        frame.setAlpha(selected ? 90 : 35);
        painter->setPen(frame);
        painter->drawRoundedRect(room.adjusted(0, 0, -1, -1), 4, 4);
        if (model_.isBroken(entry))
            widgets::icon(QStringLiteral("warning"))
                .paint(painter, QRect(room.center() - QPoint(kIcon / 2, kIcon / 2), QSize(kIcon, kIcon)));
    }
    if (entry.count > 1)
        paintBadge(painter, picture, QString::number(entry.count), Qt::AlignRight);
    if (!entry.reached.isEmpty())
        paintBadge(painter, picture, tr("stopped %1").arg(entry.reached), Qt::AlignLeft);

    QRect line(option.rect.left() + kPadding, room.bottom() + 5, option.rect.width() - 2 * kPadding,
               option.fontMetrics.height());
    painter->setFont(option.font);
    painter->setPen(text);
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(entryTitle(entry), Qt::ElideRight, line.width()));
    painter->setPen(widgets::faintItemText(option));
    line.translate(0, line.height() + 1);
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(entryDetails(entry), Qt::ElideRight, line.width()));
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(text);
        painter->drawRect(option.rect.adjusted(2, 2, -3, -3));
    }
    painter->restore();
}

QSize GalleryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const {
    return {kPictureSide + 2 * kPadding, kPictureSide + 2 * option.fontMetrics.height() + 2 * kPadding + 6};
}

} // namespace scalekv::ui
