#include "ui/shell/place_rail.h"

#include "ui/runs/picture_mime_data.h"
#include "ui/shell/place.h"
#include "widgets/icon.h"

#include <QAction>
#include <QActionGroup>
#include <QDragEnterEvent>

namespace scalekv::ui {
namespace {
constexpr int kOpenAfter = 500; // milliseconds
} // namespace

PlaceRail::PlaceRail(QWidget* parent) : QToolBar(tr("Places"), parent), group_(new QActionGroup(this)) {
    setOrientation(Qt::Vertical);
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    setIconSize({22, 22});
    setAccessibleName(windowTitle());
    setAcceptDrops(true);
    opening_.setSingleShot(true);
    opening_.setInterval(kOpenAfter);
    connect(&opening_, &QTimer::timeout, this, [this] {
        if (heldOver_)
            heldOver_->trigger();
    });
}

void PlaceRail::add(Place* place) {
    const Place::Name& name = place->name();
    auto* action = new QAction(widgets::icon(name.iconName), name.title, group_);
    action->setCheckable(true);
    action->setShortcut(QKeySequence(int(Qt::CTRL) | (Qt::Key_1 + int(group_->actions().size()) - 1)));
    action->setToolTip(
        QStringLiteral("%1 (%2)").arg(name.toolTip, action->shortcut().toString(QKeySequence::NativeText)));
    action->setData(QVariant::fromValue(place));
    connect(action, &QAction::triggered, this, [this, place] { Q_EMIT chosen(place); });
    addAction(action);
    widgetForAction(action)->setFocusPolicy(Qt::TabFocus);
    widgetForAction(action)->setMinimumWidth(72);
}

void PlaceRail::setCurrent(Place* place) {
    for (QAction* action : group_->actions())
        action->setChecked(action->data().value<Place*>() == place);
}

void PlaceRail::setCount(Place* place, int count) {
    for (QAction* action : group_->actions()) {
        if (action->data().value<Place*>() == place)
            action->setIconText(count > 0 ? QStringLiteral("%1 (%2)").arg(place->name().title).arg(count)
                                          : place->name().title);
    }
}

void PlaceRail::dragEnterEvent(QDragEnterEvent* event) {
    // A run, or a file of the gallery.
    const bool own = dynamic_cast<const PictureMimeData*>(event->mimeData()) ||
                     (event->source() && event->mimeData()->hasUrls());
    if (own)
        event->accept(); // to be told where it goes; nothing of the window's own is dropped here
    else
        event->ignore(); // the window takes it, here as anywhere
}

void PlaceRail::dragMoveEvent(QDragMoveEvent* event) {
    waitOver(actionAt(event->position().toPoint()));
    event->ignore();
}

void PlaceRail::dragLeaveEvent(QDragLeaveEvent* /*event*/) {
    waitOver(nullptr);
}

void PlaceRail::waitOver(QAction* action) {
    if (action == heldOver_)
        return;
    heldOver_ = action;
    if (action && !action->isChecked())
        opening_.start();
    else
        opening_.stop();
}

QList<QAction*> PlaceRail::placeActions() const {
    return group_->actions();
}

} // namespace scalekv::ui
