#include "widgets/token_view.h"

#include "widgets/accessible_value.h"
#include "widgets/grid_keys.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr double kFrameMargin = 3; // a frame at the edge stands out by so much

/// `image` was made for this place on this screen.
bool fits(const QImage& image, QSizeF size, double ratio) {
    return image.size() == (size * ratio).toSize() && image.devicePixelRatio() == ratio;
}

} // namespace

TokenView::TokenView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Tokens"));
}

void TokenView::setPicture(const QImage& picture) {
    if (picture.cacheKey() == picture_.cacheKey())
        return;
    painted_ = {};
    picture_ = picture;
    scaled_ = {};
    update();
}

void TokenView::setGrid(int rows, int columns) {
    rows = std::max(rows, 0);
    columns = rows == 0 ? 0 : std::max(columns, 0);
    rows = columns == 0 ? 0 : rows;
    if (rows == overlay_.rows && columns == overlay_.columns)
        return;
    setOverlay({TokenOverlay::Kind::None, rows, columns, {}, 0});
    hover(-1, -1);
    if (!overlay_.contains(markedRow_, markedColumn_))
        setMarked(-1, -1);
}

void TokenView::setHeat(const QVector<double>& weights, double maximum) {
    setOverlay(TokenOverlay::heat(overlay_.rows, overlay_.columns, weights, maximum));
}

void TokenView::setKept(const QVector<double>& counts, double maximum) {
    setOverlay(TokenOverlay::kept(overlay_.rows, overlay_.columns, counts, maximum));
}

void TokenView::clearOverlay() {
    setOverlay({TokenOverlay::Kind::None, overlay_.rows, overlay_.columns, {}, 0});
}

void TokenView::setOverlay(TokenOverlay overlay) {
    overlay_ = std::move(overlay);
    overlayImage_ = overlay_.image();
    painted_ = {};
    describe();
    update();
}

void TokenView::setMarked(int row, int column) {
    if (!overlay_.contains(row, column))
        row = column = -1;
    markedRow_ = row;
    markedColumn_ = column;
    describe();
    update();
}

void TokenView::setCaption(const QString& caption) {
    caption_ = caption;
    update();
}

void TokenView::setEmptyText(const QString& text) {
    emptyText_ = text;
    describe();
    update();
}

void TokenView::setPositionText(std::function<QString(int, int)> text) {
    positionText_ = std::move(text);
    describe();
}

QString TokenView::textOf(int row, int column) const {
    if (!overlay_.contains(row, column))
        return {};
    if (positionText_)
        return positionText_(row, column);
    const QString place = tr("row %1, column %2").arg(row + 1).arg(column + 1);
    const double value = overlay_.value(row, column);
    if (overlay_.kind == TokenOverlay::Kind::None || std::isnan(value))
        return place;
    if (overlay_.kind == TokenOverlay::Kind::Kept && overlay_.maximum == 1)
        return value > 0 ? tr("%1: kept").arg(place) : tr("%1: evicted").arg(place);
    return tr("%1: %2").arg(place, QLocale().toString(value, 'g', 3));
}

void TokenView::describe() {
    announceValue(this, isEmpty() ? emptyText_ : textOf(markedRow_, markedColumn_));
}

TokenGrid TokenView::grid() const {
    QRectF box = QRectF(rect()).adjusted(kFrameMargin, kFrameMargin, -kFrameMargin, -kFrameMargin);
    if (!caption_.isEmpty())
        box.setBottom(box.bottom() - fontMetrics().height() - 2);
    const QSizeF shape =
        picture_.isNull() ? QSizeF(overlay_.columns, overlay_.rows) : QSizeF(picture_.size());
    return {fitted(shape, box), overlay_.rows, overlay_.columns};
}

bool TokenView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [row, column] = cellAt(help->pos());
        QToolTip::showText(help->globalPos(), textOf(row, column), this,
                           cellRect(row, column).toAlignedRect());
        return true;
    }
    return QWidget::event(event);
}

/// Thousands of tokens take longer to paint than the pointer to move from one to the next.
QImage TokenView::paintTokens(TokenGrid grid, const QImage& scaled, double ratio) const {
    QImage image((grid.box.size() * ratio).toSize(), QImage::Format_RGB32);
    if (image.isNull())
        return image;
    image.setDevicePixelRatio(ratio);
    image.fill(palette().color(QPalette::Dark));
    grid.box.moveTopLeft({0, 0});
    QPainter painter(&image);
    painter.drawImage(grid.box.topLeft(),
                      overlay_.kind == TokenOverlay::Kind::Heat ? greyPicture(scaled) : scaled);
    paintOverlay(painter, grid, overlay_, overlayImage_);
    return image;
}

QImage TokenView::shown(double ratio) const {
    TokenGrid tokens = grid();
    if (isEmpty() || tokens.box.isEmpty())
        return {};
    QImage image = paintTokens(tokens, scaledPicture(picture_, tokens.box.size(), ratio), ratio);
    tokens.box.moveTopLeft({0, 0});
    QPainter painter(&image);
    paintTokenFrame(painter, tokens.cellRect(markedRow_, markedColumn_), 2);
    return image;
}

void TokenView::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    if (isEmpty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, emptyText_);
        return;
    }
    const TokenGrid tokens = grid();
    if (!picture_.isNull() && !fits(scaled_, tokens.box.size(), devicePixelRatioF())) {
        scaled_ = scaledPicture(picture_, tokens.box.size(), devicePixelRatioF());
        painted_ = {};
    }
    if (!fits(painted_, tokens.box.size(), devicePixelRatioF()))
        painted_ = paintTokens(tokens, scaled_, devicePixelRatioF());
    painter.drawImage(tokens.box.topLeft(), painted_);
    paintTokenFrame(painter, tokens.cellRect(hoveredRow_, hoveredColumn_), 1);
    paintTokenFrame(painter, tokens.cellRect(markedRow_, markedColumn_), 2);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(tokens.box.adjusted(-1.5, -1.5, 1.5, 1.5));
    }
    if (!caption_.isEmpty()) {
        const QRectF line(0, tokens.box.bottom() + 2, width(), fontMetrics().height());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(line, Qt::AlignCenter, fontMetrics().elidedText(caption_, Qt::ElideRight, width()));
    }
}

void TokenView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        painted_ = {};
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        update();
}

void TokenView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void TokenView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void TokenView::hover(int row, int column) {
    if (row == hoveredRow_ && column == hoveredColumn_)
        return;
    hoveredRow_ = row;
    hoveredColumn_ = column;
    update();
    Q_EMIT positionHovered(row, column);
}

void TokenView::choose(int row, int column) {
    setMarked(row, column);
    Q_EMIT positionClicked(row, column);
}

void TokenView::mousePressEvent(QMouseEvent* event) {
    const auto [row, column] = cellAt(event->position());
    if (event->button() == Qt::LeftButton && row >= 0)
        choose(row, column);
    else
        event->ignore();
}

void TokenView::mouseMoveEvent(QMouseEvent* event) {
    const auto [row, column] = cellAt(event->position());
    hover(row, column);
}

void TokenView::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    hover(-1, -1);
}

void TokenView::keyPressEvent(QKeyEvent* event) {
    const auto moved = gridMove(event->key(), markedRow_, markedColumn_, overlay_.rows, overlay_.columns);
    if (!moved) {
        QWidget::keyPressEvent(event);
        return;
    }
    auto [row, column] = *moved;
    if (overlay_.rows == 0)
        return;
    // From no position at all every key leads into the middle: corners are seldom what one wants to see.
    row = markedRow_ < 0 ? overlay_.rows / 2 : std::clamp(row, 0, overlay_.rows - 1);
    column = markedColumn_ < 0 ? overlay_.columns / 2 : std::clamp(column, 0, overlay_.columns - 1);
    if (row != markedRow_ || column != markedColumn_)
        choose(row, column);
}

} // namespace scalekv::widgets
