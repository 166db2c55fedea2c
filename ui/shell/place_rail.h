#pragma once

#include <QPointer>
#include <QTimer>
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
    /// What stands in a place and is not finished.
    void setCount(Place* place, int count);
    QList<QAction*> placeActions() const;

Q_SIGNALS:
    void chosen(scalekv::ui::Place* place);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;

private:
    void waitOver(QAction* action);

    QTimer opening_; ///< whoever holds a picture over a place's name wants to bring it there
    QPointer<QAction> heldOver_;
    QActionGroup* group_;
};

} // namespace scalekv::ui
