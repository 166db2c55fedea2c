#pragma once

#include "ui/runs/generation_result.h"

#include <QMainWindow>
#include <QVector>

#include <functional>

namespace scalekv::ui {

/// A place within a run. Everything counts from 0.
struct RunSpot {
    int layer = -1; ///< −1: the one that is looked at anyway
    int scale = 0;
    int position = -1; ///< of that scale's map, row · width + column; −1: none
};

/// Something that can be done with a run in another place: "Inspect". Without a run (null): with the one in
/// the making.
struct RunVerb {
    QString text, iconName, toolTip;
    QKeySequence shortcut;
    std::function<void(const ResultPtr& run)> perform;
    /// The same at a place within the run; empty: the verb knows of no such thing.
    std::function<void(const ResultPtr& run, const RunSpot& spot)> performAt = {};
    QString group = {}; ///< verbs of the same group share a button; empty: one of its own
};

/// What stands for a verb in menus and beside a run: its words, icon and keys, not yet what it does.
QAction* actionOf(const RunVerb& verb, QObject* parent);

/// A room of the window: a task with its own views, docks and remembered layout. It knows the desk (see
/// desk.h) and no other place; the window knows what is declared here and nothing of any one place.
class Place : public QMainWindow {
    Q_OBJECT
public:
    /// How the window names it. `id` is for settings.
    struct Name {
        QString id, title, iconName, toolTip;
    };
    /// The window's menus that a place may add to.
    enum class Menu { File, Edit, Run, View };

    explicit Place(Name name, QWidget* parent = nullptr);

    const Name& name() const { return name_; }

    /// What stands in a menu while this place is shown.
    virtual QList<QAction*> menuActions(Menu menu) const;
    /// The run that one looks at here, for the status line; null: none, or one in the making.
    virtual ResultPtr shownRun() const { return {}; }
    /// What other places offer to do with a run here.
    virtual QVector<RunVerb> runVerbs() { return {}; }
    /// The window is about to close, if the user says so: what is then lost, or goes on at the next start, in
    /// a sentence; empty: nothing. Work goes on while the question stands, and what was said holds.
    virtual QString askedToClose() { return {}; }
    /// The user has said no.
    virtual void keptOpen() {}
    /// The verbs of all other places, told once.
    virtual void offerVerbs(const QVector<RunVerb>& /*verbs*/) {}
    /// The place is the one that is seen now.
    virtual void entered() {}

    /// Remembers layout and whatever else the place keeps from one start to the next.
    virtual void saveSettings();
    /// All docks as at the first start.
    void resetLayout();

Q_SIGNALS:
    /// Asks the window to show this place.
    void wanted();
    void shownRunChanged();
    /// Of what stands here and is not finished: shown beside its name; 0: nothing.
    void countChanged(int count);

protected:
    QDockWidget* addDock(const char* objectName, const QString& title, QWidget* contents,
                         Qt::DockWidgetArea area);
    const QVector<QDockWidget*>& docks() const { return docks_; }
    void showEvent(QShowEvent* event) override;
    /// Puts the docks, which are all there and docked, where they stand at the first start.
    virtual void arrangeDocks() {}

private:
    QString layoutKey() const;

    Name name_;
    QVector<QDockWidget*> docks_;
    bool arranged_ = false; ///< the docks are in their places, or will be at once
};

} // namespace scalekv::ui
