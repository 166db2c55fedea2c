#include "widgets/token_tiles.h"

#include "widgets/accessible_value.h"
#include "widgets/token_picture.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr int kTilePadding = 4; // between a tile's edge and its picture: the frame of the chosen one
constexpr int kBetween = 2;
constexpr int kWidest = 260; // few tiles in a wide view stay small multiples
} // namespace

TokenTiles::TokenTiles(QWidget* parent) : QAbstractScrollArea(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Window);
    setAccessibleName(tr("Tiles"));
}

void TokenTiles::setPicture(const QImage& picture) {
    if (picture.cacheKey() == picture_.cacheKey())
        return;
    picture_ = picture;
    scaled_ = {};
    layOut();
}

void TokenTiles::setTiles(QVector<TokenTile> tiles) {
    tiles_.clear();
    for (TokenTile& tile : tiles) {
        QImage overlay = tile.overlay.image();
        tiles_ += Painted{std::move(tile), std::move(overlay)};
    }
    selected_ = selected_ < count() ? selected_ : -1;
    hovered_ = -1;
    layOut();
    describe();
}

void TokenTiles::setTile(int index, TokenTile tile) {
    if (index < 0 || index >= count())
        return;
    QImage overlay = tile.overlay.image();
    tiles_[index] = {std::move(tile), std::move(overlay)};
    updateTile(index);
    if (index == selected_)
        describe();
}

void TokenTiles::setMarked(int row, int column) {
    markedRow_ = row;
    markedColumn_ = column;
    viewport()->update();
}

void TokenTiles::setLeastTileWidth(int width) {
    leastWidth_ = std::max(width, 24);
    layOut();
}

void TokenTiles::setSelected(int index) {
    index = index >= 0 && index < count() ? index : -1;
    if (index == selected_)
        return;
    updateTile(selected_);
    selected_ = index;
    updateTile(selected_);
    bringIntoView(selected_);
    describe();
}

void TokenTiles::choose(int index) {
    if (index == selected_)
        return;
    setSelected(index);
    Q_EMIT tileSelected(index);
}

void TokenTiles::describe() {
    announceValue(this, selected_ < 0 ? QString() : tiles_[selected_].tile.caption);
}

QSizeF TokenTiles::shape() const {
    if (!picture_.isNull())
        return picture_.size();
    for (const Painted& tile : tiles_) {
        if (tile.tile.overlay.rows > 0 && tile.tile.overlay.columns > 0)
            return QSizeF(tile.tile.overlay.columns, tile.tile.overlay.rows);
    }
    return {1, 1};
}

void TokenTiles::layOut() {
    // The scroll bar's room is always kept: else its coming would narrow the tiles, which then need it no
    // longer.
    const int bar = verticalScrollBar()->sizeHint().width();
    const int room = std::max(1, width() - bar);
    perLine_ = std::clamp((room + kBetween) / (leastWidth_ + kBetween), 1, std::max(1, count()));
    const int wide =
        std::clamp((room - (perLine_ - 1) * kBetween) / perLine_, 1, std::max(kWidest, leastWidth_));
    const double picture = wide - 2 * kTilePadding;
    const QSizeF form = shape();
    const auto high = static_cast<int>(std::lround(picture * form.height() / form.width()));
    tileSize_ = {wide, std::max(1, high) + 2 * kTilePadding + fontMetrics().height()};

    const int lines = (count() + perLine_ - 1) / perLine_;
    const int total = lines * (tileSize_.height() + kBetween) - kBetween;
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(std::max(1, tileSize_.height() / 3));
    verticalScrollBar()->setRange(0, std::max(0, total - viewport()->height()));
    viewport()->update();
}

QRect TokenTiles::tileRect(int index) const {
    if (index < 0 || index >= count())
        return {};
    return {QPoint(index % perLine_ * (tileSize_.width() + kBetween),
                   index / perLine_ * (tileSize_.height() + kBetween) - verticalScrollBar()->value()),
            tileSize_};
}

int TokenTiles::tileAt(QPoint position) const {
    for (int index = 0; index < count(); ++index) {
        if (tileRect(index).contains(position))
            return index;
    }
    return -1;
}

void TokenTiles::bringIntoView(int index) {
    const QRect tile = tileRect(index);
    QScrollBar* bar = verticalScrollBar();
    if (tile.isEmpty())
        return;
    if (tile.top() < 0)
        bar->setValue(bar->value() + tile.top());
    else if (tile.bottom() >= viewport()->height())
        bar->setValue(bar->value() + std::min(tile.top(), tile.bottom() + 1 - viewport()->height()));
}

void TokenTiles::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    for (int index = 0; index < count(); ++index) {
        if (tileRect(index).intersects(event->rect()))
            paintTile(painter, index);
    }
}

void TokenTiles::paintTile(QPainter& painter, int index) {
    const Painted& painted = tiles_[index];
    const QRectF tile = tileRect(index);
    const double caption = fontMetrics().height();
    const QRectF box =
        fitted(shape(), tile.adjusted(kTilePadding, kTilePadding, -kTilePadding, -kTilePadding - caption));
    const TokenGrid grid{box, painted.tile.overlay.rows, painted.tile.overlay.columns};
    const QColor accent = palette().color(QPalette::Highlight);

    painter.setRenderHint(QPainter::Antialiasing);
    if (index == selected_) {
        QColor ground = accent;
        ground.setAlpha(60);
        painter.setBrush(ground);
        painter.setPen(QPen(accent, 2));
        painter.drawRoundedRect(tile.adjusted(1, 1, -1, -1), 5, 5);
    } else if (index == hovered_) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawRoundedRect(tile.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    }
    // With nothing chosen yet, the first tile is where keys begin.
    if (hasFocus() && index == std::max(selected_, 0)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::WindowText), 1));
        painter.drawRoundedRect(tile.adjusted(2.5, 2.5, -2.5, -2.5), 4, 4);
    }
    if (picture_.isNull()) {
        painter.fillRect(box, palette().color(QPalette::Dark));
    } else {
        const double ratio = devicePixelRatioF();
        if (scaled_.size() != (box.size() * ratio).toSize() || scaled_.devicePixelRatio() != ratio) {
            scaled_ = scaledPicture(picture_, box.size(), ratio);
            grey_ = greyPicture(scaled_);
        }
        painter.drawImage(box.topLeft(),
                          painted.tile.overlay.kind == TokenOverlay::Kind::Heat ? grey_ : scaled_);
    }
    paintOverlay(painter, grid, painted.tile.overlay, painted.overlay);
    paintTokenFrame(painter, grid.cellRect(markedRow_, markedColumn_), 1);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRectF line(tile.left() + kTilePadding, tile.bottom() - caption - 1,
                      tile.width() - 2 * kTilePadding, caption);
    painter.drawText(
        line, Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(painted.tile.caption, Qt::ElideRight, static_cast<int>(line.width())));
}

bool TokenTiles::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = tileAt(help->pos());
        const QString text = index < 0   ? QString()
                             : tileText_ ? tileText_(index)
                                         : tiles_[index].tile.caption;
        QToolTip::showText(help->globalPos(), text, viewport(), tileRect(index));
        return true;
    }
    if (event->type() == QEvent::Leave)
        hover(-1);
    return QAbstractScrollArea::viewportEvent(event);
}

void TokenTiles::hover(int index) {
    if (index == hovered_)
        return;
    updateTile(hovered_);
    hovered_ = index;
    updateTile(hovered_);
}

void TokenTiles::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void TokenTiles::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
}

void TokenTiles::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TokenTiles::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TokenTiles::mousePressEvent(QMouseEvent* event) {
    const int index = tileAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || index < 0)
        event->ignore();
    else if (index == selected_)
        Q_EMIT tileSelected(index); // it may mean to give the choice up
    else
        choose(index);
}

void TokenTiles::mouseMoveEvent(QMouseEvent* event) {
    hover(tileAt(event->position().toPoint()));
}

void TokenTiles::keyPressEvent(QKeyEvent* event) {
    const int page = perLine_ * std::max(1, viewport()->height() / (tileSize_.height() + kBetween));
    int index = selected_;
    const auto by = [&](int step) {
        // A step that would leave the tiles stays in its column.
        index = index + step >= 0 && index + step < count() ? index + step : index;
    };
    switch (event->key()) {
    case Qt::Key_Left:
        by(-1);
        break;
    case Qt::Key_Right:
        by(1);
        break;
    case Qt::Key_Up:
        by(-perLine_);
        break;
    case Qt::Key_Down:
        by(perLine_);
        break;
    case Qt::Key_PageUp:
        index = std::max(index - page, index % perLine_);
        break;
    case Qt::Key_PageDown:
        index = std::min(index + page, count() - 1);
        break;
    case Qt::Key_Home:
        index = 0;
        break;
    case Qt::Key_End:
        index = count() - 1;
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    if (count() > 0)
        choose(selected_ < 0 && event->key() != Qt::Key_End ? 0 : std::max(index, 0));
}

} // namespace scalekv::widgets
