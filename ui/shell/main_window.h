#pragma once

#include "ui/runs/live_run.h"
#include "ui/runs/run_list.h"
#include "ui/shell/desk.h"
#include "ui/shell/work_queue.h"

#include <QMainWindow>
#include <QPointer>
#include <QUndoStack>
#include <QVector>

class QMenu;
class QStackedWidget;

namespace scalekv::ui {

class BackgroundDoor;
class HelpWindow;
class Place;
class PlaceRail;
class ProgressStrip;
class QueueStore;

/// Makes a place; the window owns it.
using PlaceMaker = std::function<Place*(const Desk& desk)>;

/// The Studio: a bar of places, the one that is shown, and what they share: engine, runs, undo, messages,
/// progress. It knows no place by name.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(const StudioOptions& options, const std::vector<PlaceMaker>& places,
               QWidget* parent = nullptr);
    ~MainWindow() override;

    EngineSession& session() { return session_; }
    RunList& runs() { return runs_; }
    LiveRun& live() { return live_; }
    WorkQueue& queue() { return queue_; }
    SheetList& sheets() { return sheets_; }
    ModelOpener& models() { return *models_; }
    PictureDialogs& pictures() { return *pictures_; }
    gallery::Gallery& gallery() { return gallery_; }
    PictureKeeper& keeper() { return *keeper_; }
    ProgressStrip* progress() const { return progress_; }
    widgets::MessageBar* messages() const { return messages_; }
    QUndoStack& undoStack() { return undo_; }
    QString stateText() const { return status_->text(); }
    Place* currentPlace() const;
    Place* place(const QString& id) const;

public Q_SLOTS:
    void showPlace(scalekv::ui::Place* place);
    void stop();
    /// Asks first while work is done.
    void quit();
    /// What waits in the queue is made without a window; then the program ends.
    void finishInBackground();
    void comeBack();

Q_SIGNALS:
    /// What was to be finished in the background is.
    void finishedInBackground();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class Closing { Stay, Quit, Background };
    Closing askToClose();
    bool mayLosePictures();
    void keepQueue();
    void keepPictures();
    void endInBackground();
    void makeLayout();
    void makeMenus();
    void makeThemeMenu(QMenu* menu);
    void makePlaces(const std::vector<PlaceMaker>& makers);
    void connectEngine();
    void fillMenus();
    void restoreLayout();
    void saveSettings();
    void showHelp();
    void showAbout();

    StudioOptions options_;
    QUndoStack undo_;
    RunList runs_;
    LiveRun live_;
    PlaceRail* rail_;
    QStackedWidget* stack_;
    widgets::MessageBar* messages_;
    ProgressStrip* progress_;
    QAction* stopAction_;
    /// Where a place's actions go in: before `end`.
    struct OpenMenu {
        QMenu* menu;
        QAction* end;
        QList<QAction*> borrowed; ///< of the place that is shown
    };
    std::vector<OpenMenu> menus_; ///< in the order of Place::Menu
    QVector<Place*> places_;
    HelpWindow* help_ = nullptr;
    EngineSession session_; ///< ends before all above, which listen to it
    WorkQueue queue_{session_, live_};
    SheetList sheets_;
    std::unique_ptr<QueueStore> store_; ///< null: nothing is kept
    bool background_ = false;           ///< the window is gone, and what is queued is finished
    QVector<QPointer<QWidget>> hidden_; ///< with it
    gallery::Gallery gallery_;          ///< finishes writing when the window goes
    RecentModels recent_;
    BackgroundDoor* door_;
    StatusLine* status_ = nullptr;
    ModelOpener* models_ = nullptr;
    PictureDialogs* pictures_ = nullptr;
    PictureKeeper* keeper_ = nullptr;
};

} // namespace scalekv::ui
