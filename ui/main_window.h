#pragma once

#include "ui/engine_session.h"
#include "ui/picture_files.h"

#include <QElapsedTimer>
#include <QMainWindow>
#include <QTimer>
#include <QUndoStack>
#include <QVector>

class QDockWidget;
class QLabel;
class QMenu;

namespace scalekv::widgets {
class ElidedLabel;
class KvPlot;
class MessageBar;
} // namespace scalekv::widgets

namespace scalekv::ui {

class GenerateForm;
class HelpWindow;
class HistoryPanel;
class PictureStage;
class ProgressStrip;

/// What the program was started with.
struct StudioOptions {
    QString demoModel; ///< empty: not installed
    QString model;     ///< empty: the one used last, else the demo
    QString prompt;    ///< empty: the one used last
    QString picture;   ///< a PNG whose recipe to begin with; empty: none
};

/// The Studio: form, picture with its scales, history and KV plot.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(const StudioOptions& options, QWidget* parent = nullptr);
    ~MainWindow() override;

    EngineSession& session() { return session_; }
    GenerateForm* form() const { return form_; }
    PictureStage* stage() const { return stage_; }
    HistoryPanel* history() const { return history_; }
    ProgressStrip* progress() const { return progress_; }
    widgets::KvPlot* plot() const { return plot_; }
    widgets::MessageBar* messages() const { return messages_; }
    QUndoStack& undoStack() { return undo_; }
    QString stateText() const;

public Q_SLOTS:
    void generate();
    void stop();
    void openModel(const QString& path);
    /// Reads a PNG's recipe into the form and puts the picture on the stage.
    void openPicture(const QString& path);
    void savePicture(const scalekv::ui::ResultPtr& result, const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // main_window.cpp: what it looks like
    void makeLayout();
    void makeMenus();
    void makeThemeMenu(QMenu* menu);
    void makeStatusBar();
    void restoreLayout();
    void resetLayout();
    void saveSettings();
    void showHelp();
    void showAbout();

    // main_window_runs.cpp: models and generations
    void connectEngine();
    void modelLoaded(const ModelSummary& model);
    void modelFailed(const QString& path, const QString& message);
    void offerAnotherModel(const QString& message);
    void generationFinished(const ResultPtr& result);
    void generationEnded();

    // main_window_pictures.cpp: what becomes of finished pictures, and of files
    void connectStage();
    void connectHistory();
    void connectFiles();
    void pictureOpened(const ResultPtr& result, const QString& path);
    void picturesRemoved(int count, int undoable);
    void keepStageInHistory();
    void saveAs(const ResultPtr& result);
    QString askWhereToSave(const QString& stem);
    void askForPicture();

    // main_window_settings.cpp: what fills the form
    void connectForm();
    void fillForm(const GenerationRequest& request, bool newSeedEachTime, const QString& what);
    void useSettings(const ResultPtr& result);

    // main_window_status.cpp: what it says of its state
    void updateState();
    void showEmptyText();
    void showCurve();
    void showStatus();
    void showRunningCosts();
    /// Null: no costs are known.
    void showCosts(const GenerationReport* report);

    StudioOptions options_;
    QUndoStack undo_;
    PictureFiles files_;
    GenerateForm* form_;
    PictureStage* stage_;
    ProgressStrip* progress_;
    HistoryPanel* history_;
    widgets::KvPlot* plot_;
    widgets::MessageBar* messages_;
    widgets::ElidedLabel* state_;
    QLabel *time_, *memory_;
    HelpWindow* help_ = nullptr;
    QAction *generateAction_, *stopAction_;
    QVector<QDockWidget*> docks_;
    QTimer tick_; ///< while a generation runs: its time and the memory are shown
    QElapsedTimer runTime_;
    bool fellBack_ = false;          ///< the demo model is loaded because the wanted one could not be
    ResultPtr settingsAfterLoading_; ///< whose settings go into the form when its model is there
    bool started_ = false;           ///< the first model has been asked for
    EngineSession session_;          ///< last: ends first, while all that listens to it is still there
};

} // namespace scalekv::ui
