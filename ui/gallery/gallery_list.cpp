#include "ui/gallery/gallery_list.h"

#include "ui/gallery/gallery_delegate.h"
#include "ui/gallery/gallery_model.h"
#include "widgets/drag_handle.h"

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr qint64 kPointing = 1500; // ms

} // namespace

GalleryList::GalleryList(GalleryModel& model, std::function<QMimeData*()> dragged, QWidget* parent)
    : QListView(parent), model_(model), dragged_(std::move(dragged)) {
    setObjectName(QStringLiteral("galleryList"));
    setAccessibleName(tr("Pictures of the gallery"));
    setModel(&model_);
    setItemDelegate(new GalleryDelegate(model_, this));
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setDragEnabled(true);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    viewport()->setMouseTracking(true);
}

bool GalleryList::isPointedAt() const {
    return viewport()->underMouse() && sincePointer_.isValid() && !sincePointer_.hasExpired(kPointing);
}

bool GalleryList::viewportEvent(QEvent* event) {
    switch (event->type()) {
    case QEvent::MouseMove:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
        sincePointer_.start();
        break;
    default:
        break;
    }
    return QListView::viewportEvent(event);
}

QVector<int> GalleryList::selectedRows() const {
    QVector<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedIndexes())
        rows += index.row();
    std::sort(rows.begin(), rows.end());
    return rows;
}

void GalleryList::startDrag(Qt::DropActions /*actions*/) {
    const QModelIndex current = currentIndex();
    if (!current.isValid())
        return;
    const QImage picture = model_.thumbnail(model_.entry(current.row()),
                                            qRound(GalleryDelegate::kPictureSide * devicePixelRatioF()));
    widgets::dragPicture(this, picture, dragged_);
}

} // namespace scalekv::ui
