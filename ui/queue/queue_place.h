#pragma once

#include "ui/shell/desk.h"
#include "ui/shell/place.h"

#include <QTimer>

class QLabel;
class QListView;
class QStackedLayout;
class QToolButton;

namespace scalekv::ui {

class QueueNews;
class SheetPanel;

/// Where one sees what the engine is to do, and changes it: order, holding, taking out; and the sheets that
/// come of it.
class QueuePlace : public Place {
    Q_OBJECT
public:
    explicit QueuePlace(const Desk& desk);

    QListView* list() const { return list_; }
    SheetPanel* sheets() const { return sheets_; }
    QString stateText() const;
    /// The selection together, in front of what now stands at `row`; never before what runs, nor behind what
    /// has ended.
    void moveSelectionTo(int row);

    QList<QAction*> menuActions(Menu menu) const override;
    void entered() override;

protected:
    void arrangeDocks() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeActions();
    void connectQueue();
    void selectCurrent();
    QVector<int> selected() const;
    void showState();
    void refresh();
    void cancel(const QVector<int>& ids);
    /// The selection, so many rows towards the end; never past what is running, nor behind what has ended.
    void move(int by);
    void setOrder(const QVector<int>& order);

    const Desk desk_;
    QTimer refreshSoon_;
    QLabel* state_;
    QToolButton* pauseButton_;
    QListView* list_;
    QStackedLayout* pages_; ///< the list, or what to do while it is empty
    SheetPanel* sheets_;
    QAction *pause_, *up_, *down_, *top_, *hold_, *retry_, *remove_, *clear_, *clearEnded_;
};

} // namespace scalekv::ui
