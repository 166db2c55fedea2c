#pragma once

#include <QToolBar>

class QActionGroup;

namespace scalekv::ui {

class Place;

/// The bar of places at the window's left edge. Its actions also stand in a menu.
class PlaceRail : public QToolBar {
    Q_OBJECT
public:
    explicit PlaceRail(QWidget* parent = nullptr);

    /// Places get Ctrl+1, Ctrl+2, … in the order they come.
    void add(Place* place);
    void setCurrent(Place* place);
    QList<QAction*> placeActions() const;

Q_SIGNALS:
    void chosen(scalekv::ui::Place* place);

private:
    QActionGroup* group_;
};

} // namespace scalekv::ui
