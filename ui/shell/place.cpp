#include "ui/shell/place.h"

#include "widgets/icon.h"

#include <QAction>
#include <QDockWidget>
#include <QSettings>

namespace scalekv::ui {

QAction* actionOf(const RunVerb& verb, QObject* parent) {
    auto* action = new QAction(widgets::icon(verb.iconName), verb.text, parent);
    action->setShortcut(verb.shortcut);
    action->setToolTip(verb.toolTip);
    return action;
}
namespace {

constexpr int kLayoutVersion = 2; // of saveState(): raise when docks change

} // namespace

Place::Place(Name name, QWidget* parent) : QMainWindow(parent, Qt::Widget), name_(std::move(name)) {
    setObjectName(name_.id);
    setDockOptions(AnimatedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setContextMenuPolicy(Qt::NoContextMenu); // the docks stand in the View menu
}

QDockWidget* Place::addDock(const char* objectName, const QString& title, QWidget* contents,
                            Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(objectName));
    dock->setWidget(contents);
    addDockWidget(area, dock);
    docks_ += dock;
    return dock;
}

QList<QAction*> Place::menuActions(Menu menu) const {
    QList<QAction*> actions;
    if (menu == Menu::View) {
        for (const QDockWidget* dock : docks_)
            actions += dock->toggleViewAction();
    }
    return actions;
}

QString Place::layoutKey() const {
    return QStringLiteral("places/%1/layout").arg(name_.id);
}

void Place::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (arranged_)
        return;
    arranged_ = true;
    // Later: only then it has its size. Docks that are given their shares of a smaller one are squeezed, and
    // do not widen again with the window.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!restoreState(QSettings().value(layoutKey()).toByteArray(), kLayoutVersion))
                resetLayout();
        },
        Qt::QueuedConnection);
}

void Place::saveSettings() {
    if (arranged_) // else it was never seen
        QSettings().setValue(layoutKey(), saveState(kLayoutVersion));
}

void Place::resetLayout() {
    for (QDockWidget* dock : docks_) {
        dock->setFloating(false);
        dock->show();
    }
    arrangeDocks();
}

} // namespace scalekv::ui
