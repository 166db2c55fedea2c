// What a ComparisonView looks like; comparison_view.cpp has what it does.
#include "widgets/comparison_view.h"

#include "widgets/token_picture.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace scalekv::widgets {
namespace {

constexpr int kTagPadding = 6, kTagInset = 8;

QString sizeText(QSize size) {
    return QStringLiteral("%1 × %2").arg(size.width()).arg(size.height());
}

/// The longest text of a tag that leaves room for one in the other corner.
int longestTag(int width) {
    return width / 2 - 2 * kTagPadding - 2 * kTagInset;
}

} // namespace

/// The column as it is seen at the view's place: kept until place, picture or settings change.
const QImage& ComparisonView::render(int column, bool difference) {
    Pane& pane = panes_[column];
    if (!pane.rendered.isNull() && pane.renderedDifference == difference)
        return pane.rendered;
    const double ratio = devicePixelRatioF();
    pane.rendered = QImage((QSizeF(paneRect(column).size()) * ratio).toSize(), QImage::Format_RGB32);
    pane.renderedDifference = difference;
    if (pane.rendered.isNull())
        return pane.rendered;
    pane.rendered.setDevicePixelRatio(ratio);
    pane.rendered.fill(palette().color(QPalette::Dark));
    QPainter painter(&pane.rendered);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !viewport_.showsSquares());
    if (difference)
        this->difference(column);
    const QRectF target = viewport_.target(), seen(QPointF(), QSizeF(paneRect(column).size()));
    (difference ? pane.difference : pane.picture).paint(painter, target, seen);
    if (!pane.overlay.isNull())
        paintOverlay(painter, {target, pane.column.overlay.rows, pane.column.overlay.columns},
                     pane.column.overlay, pane.overlay);
    return pane.rendered;
}

void ComparisonView::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(panes_.isEmpty() ? QPalette::Dark : QPalette::Window));
    if (panes_.isEmpty()) {
        paintEmpty(painter, rect(), emptyTitle_, emptyHint_);
    } else if (isPaired()) {
        paintPair(painter);
    } else {
        for (int i = 0; i < columns(); ++i)
            paintPane(painter, i);
    }
    if (hasFocus() || (!panes_.isEmpty() && !isPaired() && columns() > 1)) {
        const double width = hasFocus() ? 3 : 1.5;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette().color(QPalette::Highlight), width));
        painter.drawRect(QRectF(paneRect(chosen_)).adjusted(width / 2, width / 2, -width / 2, -width / 2));
    }
}

void ComparisonView::paintPane(QPainter& painter, int column) {
    const QRect box = paneRect(column);
    const Pane& pane = panes_[column];
    const Pane& reference = panes_[reference_];
    const bool differs = mode_ == Mode::Difference && column != reference_;
    const bool otherSize = pane.column.finalSize != reference.column.finalSize;
    if (pane.picture.isEmpty() || (differs && difference(column).isNull())) {
        painter.fillRect(box, palette().color(QPalette::Dark));
        if (!pane.picture.isEmpty() && otherSize)
            paintEmpty(painter, box, tr("Another size"),
                       tr("%1 here, %2 in the reference: there is no difference pixel by pixel.")
                           .arg(sizeText(pane.column.finalSize), sizeText(reference.column.finalSize)));
        else
            paintEmpty(painter, box, {},
                       pane.picture.isEmpty() ? pane.column.emptyText : tr("Not at this scale yet"));
        return;
    }
    painter.drawImage(box.topLeft(), render(column, differs));
    painter.setClipRect(box);
    if (otherSize)
        paintTag(
            painter,
            tr("%1, scaled to %2").arg(sizeText(pane.column.finalSize), sizeText(reference.column.finalSize)),
            box, Qt::AlignHCenter | Qt::AlignBottom);
    if (differs)
        paintTag(painter, tr("difference × %1").arg(gain_), box, Qt::AlignLeft | Qt::AlignTop);
    paintMark(painter, box);
    paintCross(painter, box);
    painter.setClipping(false);
}

void ComparisonView::paintPair(QPainter& painter) {
    const QRect box = rect();
    const int over = paired();
    const auto paintWhole = [&](int column) {
        if (panes_[column].picture.isEmpty()) {
            painter.fillRect(box, palette().color(QPalette::Dark));
            paintEmpty(painter, box, panes_[column].column.name, panes_[column].column.emptyText);
        } else {
            painter.drawImage(box.topLeft(), render(column, false));
        }
    };
    QString left = panes_[reference_].column.name, right = panes_[over].column.name;
    if (mode_ == Mode::OnionSkin) {
        left.prepend(tr("%1 % ").arg(qRound((1 - opacity_) * 100)));
        right.prepend(tr("%1 % ").arg(qRound(opacity_ * 100)));
    }
    // In the picture's corners, or in the view's where they would run into each other.
    QRect tags = viewport_.target().intersected(QRectF(box)).toAlignedRect();
    const QFontMetrics metrics(font());
    if (std::max(metrics.horizontalAdvance(left), metrics.horizontalAdvance(right)) >
        longestTag(tags.width()))
        tags = box;
    switch (mode_) {
    case Mode::Swipe: {
        const double x = handleX();
        painter.setClipRect(QRectF(0, 0, x, height()));
        paintWhole(reference_);
        painter.setClipRect(QRectF(x, 0, width() - x, height()));
        paintWhole(over);
        painter.setClipping(false);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(QColor(0, 0, 0, 160), 4));
        painter.drawLine(QPointF(x, 0), QPointF(x, height()));
        painter.setPen(QPen(Qt::white, 2));
        painter.drawLine(QPointF(x, 0), QPointF(x, height()));
        const QPointF middle(x, height() / 2.0);
        painter.setPen(QPen(QColor(0, 0, 0, 160), 1));
        painter.setBrush(Qt::white);
        painter.drawEllipse(middle, 13, 13);
        painter.setPen(QPen(QColor(40, 40, 40), 2));
        for (const double side : {-1.0, 1.0}) {
            painter.drawLine(middle + QPointF(side * 8, 0), middle + QPointF(side * 4, -4));
            painter.drawLine(middle + QPointF(side * 8, 0), middle + QPointF(side * 4, 4));
        }
        painter.setBrush(Qt::NoBrush);
        paintTag(painter, left, tags, Qt::AlignLeft | Qt::AlignTop);
        paintTag(painter, right, tags, Qt::AlignRight | Qt::AlignTop);
        break;
    }
    case Mode::Blink:
        paintWhole(blinkChosen_ ? over : reference_);
        paintTag(painter, blinkChosen_ ? right : left, tags,
                 (blinkChosen_ ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        break;
    default:
        paintWhole(reference_);
        painter.setOpacity(opacity_);
        paintWhole(over);
        painter.setOpacity(1);
        paintTag(painter, left, tags, Qt::AlignLeft | Qt::AlignTop);
        paintTag(painter, right, tags, Qt::AlignRight | Qt::AlignTop);
    }
    paintMark(painter, box);
    const Pane& reference = panes_[reference_];
    const Pane& chosen = panes_[over];
    if (chosen.column.finalSize != reference.column.finalSize)
        paintTag(painter,
                 tr("%1: %2, scaled to %3")
                     .arg(chosen.column.name, sizeText(chosen.column.finalSize),
                          sizeText(reference.column.finalSize)),
                 box, Qt::AlignHCenter | Qt::AlignBottom);
}

/// The pointer's place in the other panes.
void ComparisonView::paintCross(QPainter& painter, const QRect& pane) const {
    if (!pointer_ || columns() < 2 || pane.contains(last_.toPoint()))
        return;
    const QPointF at = viewport_.toView(*pointer_) + pane.topLeft();
    for (const auto& [colour, width] :
         {std::pair(QColor(0, 0, 0, 200), 3.0), std::pair(QColor(Qt::white), 1.0)}) {
        painter.setPen(QPen(colour, width));
        painter.drawLine(at - QPointF(7, 0), at + QPointF(7, 0));
        painter.drawLine(at - QPointF(0, 7), at + QPointF(0, 7));
    }
}

void ComparisonView::paintMark(QPainter& painter, const QRect& pane) const {
    if (!mark_ || panes_[reference_].picture.isEmpty())
        return;
    constexpr double kRadius = 8;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& [colour, width] :
         {std::pair(QColor(0, 0, 0, 200), 4.0), std::pair(QColor(Qt::white), 2.0)}) {
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(viewport_.toView(*mark_) + pane.topLeft(), kRadius, kRadius);
    }
    painter.restore();
}

void ComparisonView::paintTag(QPainter& painter, const QString& text, const QRect& pane,
                              Qt::Alignment side) const {
    const QFontMetrics metrics(font());
    const int longest =
        side.testFlag(Qt::AlignHCenter) ? pane.width() - 4 * kTagInset : longestTag(pane.width());
    const QString shown = metrics.elidedText(text, Qt::ElideRight, longest);
    QRect tag(0, 0, metrics.horizontalAdvance(shown) + 2 * kTagPadding, metrics.height() + kTagPadding);
    const QRect inside = pane.adjusted(kTagInset, kTagInset, -kTagInset, -kTagInset);
    tag.moveLeft(side.testFlag(Qt::AlignRight)     ? inside.right() - tag.width()
                 : side.testFlag(Qt::AlignHCenter) ? inside.center().x() - tag.width() / 2
                                                   : inside.left());
    tag.moveTop(side.testFlag(Qt::AlignBottom) ? inside.bottom() - tag.height() : inside.top());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 170));
    painter.drawRoundedRect(tag, 4, 4);
    painter.setPen(Qt::white);
    painter.drawText(tag, Qt::AlignCenter, shown);
    painter.restore();
}

void ComparisonView::paintEmpty(QPainter& painter, const QRect& box, const QString& title,
                                const QString& hint) const {
    const QRect inside = box.adjusted(16, 0, -16, 0);
    const int middle = box.center().y();
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    painter.save();
    painter.setFont(title.isEmpty() ? font() : large);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(inside.left(), middle - 64, inside.width(), 58),
                     Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, title);
    painter.setFont(font());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(
        QRect(inside.left(), title.isEmpty() ? middle - 40 : middle + 4, inside.width(), 80),
        Qt::AlignHCenter | (title.isEmpty() ? Qt::AlignVCenter : Qt::AlignTop) | Qt::TextWordWrap, hint);
    painter.restore();
}

} // namespace scalekv::widgets
