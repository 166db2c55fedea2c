#include "widgets/filmstrip.h"

#include "widgets/filmstrip_delegate.h"

#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>

namespace scalekv::widgets {

Filmstrip::Filmstrip(QWidget* parent) : QListView(parent), model_(new FilmstripModel(this)) {
    setModel(model_);
    setItemDelegate(new FilmstripDelegate(this));
    setFlow(QListView::LeftToRight);
    setWrapping(false);
    setSpacing(1);
    setUniformItemSizes(false);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    viewport()->setBackgroundRole(QPalette::Window);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setAccessibleName(tr("Scales of this picture"));
    fixHeight();
}

void Filmstrip::begin(const QVector<FilmFrame>& frames) {
    QScopedValueRollback programmatic(selecting_, true);
    model_->setFrames(frames);
    scrollToTop();
    horizontalScrollBar()->setValue(0);
    setFollowing(true);
}

void Filmstrip::showFinished(const QVector<FilmFrame>& frames) {
    begin(frames);
    follow();
}

void Filmstrip::setPicture(int row, const QImage& picture, const QString& toolTip) {
    if (row < 0 || row >= model_->rowCount())
        return;
    model_->setPicture(row, picture, toolTip);
    if (following_)
        select(model_->newest());
    if (currentFrame() == row)
        Q_EMIT frameShown(row);
}

void Filmstrip::clear() {
    begin({});
}

int Filmstrip::currentFrame() const {
    return currentIndex().isValid() ? currentIndex().row() : -1;
}

void Filmstrip::follow() {
    setFollowing(true);
    const int row = model_->newest();
    if (row < 0)
        return;
    select(row);
    Q_EMIT frameShown(row);
}

void Filmstrip::select(int row) {
    QScopedValueRollback programmatic(selecting_, true);
    setCurrentIndex(model_->index(row));
    scrollTo(currentIndex());
}

void Filmstrip::scrollTo(const QModelIndex& index, ScrollHint /*hint*/) {
    // Qt lays the frames out later, and until then scrolls within the length of the row before.
    executeDelayedItemsLayout();
    updateGeometries();
    const QRect cell = visualRect(index);
    if (!cell.isValid())
        return;
    const int beside = std::min(cell.width() / 3, std::max(0, viewport()->width() - cell.width()) / 2);
    const int tooFarRight = cell.right() + beside - (viewport()->width() - 1);
    const int tooFarLeft = beside - cell.left();
    QScrollBar* bar = horizontalScrollBar();
    if (tooFarLeft > 0)
        bar->setValue(bar->value() - tooFarLeft);
    else if (tooFarRight > 0)
        bar->setValue(bar->value() + tooFarRight);
}

void Filmstrip::setFollowing(bool following) {
    if (following == following_)
        return;
    following_ = following;
    Q_EMIT followingChanged(following);
}

void Filmstrip::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    if (selecting_ || !current.isValid())
        return;
    setFollowing(current.row() == model_->newest());
    scrollTo(current);
    Q_EMIT frameShown(current.row());
}

void Filmstrip::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_End) {
        follow();
        return;
    }
    if (event->key() == Qt::Key_Home && model_->rowCount() > 0 &&
        model_->data(model_->index(0), FilmstripModel::HasPicture).toBool()) {
        setCurrentIndex(model_->index(0));
        return;
    }
    QListView::keyPressEvent(event);
}

void Filmstrip::wheelEvent(QWheelEvent* event) {
    // A plain mouse wheel has one axis; the strip scrolls along its own.
    const QPoint delta = event->angleDelta();
    const int step = delta.x() != 0 ? delta.x() : delta.y();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - step);
    event->accept();
}

void Filmstrip::changeEvent(QEvent* event) {
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fixHeight();
}

void Filmstrip::showEvent(QShowEvent* event) {
    QListView::showEvent(event);
    model_->setThumbnailSize(model_->thumbnailSize(), devicePixelRatioF());
}

void Filmstrip::resizeEvent(QResizeEvent* event) {
    QListView::resizeEvent(event);
    scrollTo(currentIndex());
}

void Filmstrip::fixHeight() {
    setFixedHeight(model_->thumbnailSize().height() + fontMetrics().height() + 18 +
                   horizontalScrollBar()->sizeHint().height());
}

} // namespace scalekv::widgets
