#include "ui/main_window.h"

#include "ui/generate_form.h"
#include "ui/help_window.h"
#include "ui/history_panel.h"
#include "ui/model_picker.h"
#include "ui/picture_stage.h"
#include "ui/progress_strip.h"
#include "ui/theme.h"
#include "widgets/elided_label.h"
#include "widgets/icon.h"
#include "widgets/kv_plot.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QScreen>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {

constexpr char kGeometryKey[] = "window/geometry";
constexpr char kStateKey[] = "window/state";
constexpr int kLayoutVersion = 1; // of saveState(): raise when docks change

} // namespace

MainWindow::MainWindow(const StudioOptions& options, QWidget* parent)
    : QMainWindow(parent), options_(options), form_(new GenerateForm(undo_, options.demoModel, this)),
      stage_(new PictureStage(this)), progress_(new ProgressStrip(this)),
      history_(new HistoryPanel(undo_, this)), plot_(new widgets::KvPlot(this)),
      messages_(new widgets::MessageBar(this)), state_(new widgets::ElidedLabel(this)),
      time_(new QLabel(this)), memory_(new QLabel(this)),
      generateAction_(new QAction(widgets::icon(QStringLiteral("generate")), tr("&Generate"), this)),
      stopAction_(new QAction(widgets::icon(QStringLiteral("stop")), tr("&Stop"), this)) {
    setWindowTitle(tr("ScaleKV Studio"));
    setWindowIcon(widgets::applicationIcon());
    setAcceptDrops(true);
    makeLayout();
    makeMenus();
    makeStatusBar();
    form_->restoreSettings();
    if (!options_.prompt.isEmpty())
        form_->setPrompt(options_.prompt);
    connectForm();
    connectStage();
    connectHistory();
    connectFiles();
    connectEngine();
    restoreLayout();
    updateState();
    showEmptyText();
    form_->focusPrompt();
}

MainWindow::~MainWindow() = default;

void MainWindow::makeLayout() {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(6, 6, 6, 2);
    column->setSpacing(4);
    column->addWidget(messages_);
    column->addWidget(stage_, 1);
    column->addWidget(progress_);
    setCentralWidget(centre);

    const auto addDock = [this](const char* name, const QString& title, QWidget* contents,
                                Qt::DockWidgetArea area) {
        auto* dock = new QDockWidget(title, this);
        dock->setObjectName(QLatin1String(name));
        dock->setWidget(contents);
        addDockWidget(area, dock);
        docks_ += dock;
    };
    addDock("formDock", tr("Picture to make"), form_, Qt::LeftDockWidgetArea);
    addDock("historyDock", tr("History"), history_, Qt::RightDockWidgetArea);
    addDock("cacheDock", tr("KV cache by scale"), plot_, Qt::RightDockWidgetArea);
    plot_->setToolTip(tr("Bytes of stored keys and values after every scale"));
    setDockOptions(AnimatedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
}

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(widgets::icon(QStringLiteral("open")), tr("&Open picture…"), QKeySequence::Open, this,
                    &MainWindow::askForPicture)
        ->setToolTip(tr("Open a PNG and put its recipe into the form"));
    file->addAction(tr("Open model f&older…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O, form_->picker(),
                    &ModelPicker::openFolder);
    file->addAction(tr("Open model &file…"), form_->picker(), &ModelPicker::openFile);
    file->addSeparator();
    file->addAction(stage_->saveAction());
    file->addAction(stage_->saveFrameAction());
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QAction* undo = undo_.createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    undo->setIcon(widgets::icon(QStringLiteral("undo")));
    QAction* redo = undo_.createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence(QKeySequence::Redo), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    redo->setIcon(widgets::icon(QStringLiteral("redo")));
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addAction(stage_->copyAction());
    edit->addSeparator();
    edit->addAction(tr("Use the model's &recommended settings"), this, [this] {
        fillForm(form_->recommended(), form_->newSeedEachTime(), tr("resetting the settings"));
    });
    edit->addAction(history_->clearAction());

    QMenu* picture = menuBar()->addMenu(tr("&Picture"));
    generateAction_->setShortcuts({Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter});
    stopAction_->setShortcut(Qt::Key_Escape);
    connect(generateAction_, &QAction::triggered, this, &MainWindow::generate);
    connect(stopAction_, &QAction::triggered, this, &MainWindow::stop);
    picture->addActions({generateAction_, stopAction_});

    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addActions(
        {stage_->fitAction(), stage_->actualSizeAction(), stage_->zoomInAction(), stage_->zoomOutAction()});
    view->addAction(stage_->followAction());
    view->addSeparator();
    for (QDockWidget* dock : docks_)
        view->addAction(dock->toggleViewAction());
    view->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout);
    view->addSeparator();
    makeThemeMenu(view->addMenu(tr("&Theme")));

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(widgets::icon(QStringLiteral("help")), tr("&Help"), QKeySequence::HelpContents, this,
                    &MainWindow::showHelp);
    help->addAction(tr("&About ScaleKV Studio"), this, &MainWindow::showAbout);
}

void MainWindow::makeThemeMenu(QMenu* menu) {
    auto* group = new QActionGroup(this);
    const Theme current = storedTheme(QSettings());
    const auto add = [&](const QString& text, Theme theme) {
        QAction* action = menu->addAction(text, this, [theme] {
            QSettings settings;
            storeTheme(settings, theme);
            applyTheme(theme);
        });
        action->setCheckable(true);
        action->setChecked(theme == current);
        group->addAction(action);
    };
    add(tr("&System"), Theme::System);
    add(tr("&Light"), Theme::Light);
    add(tr("&Dark"), Theme::Dark);
}

void MainWindow::makeStatusBar() {
    state_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    statusBar()->addWidget(state_, 1);
    statusBar()->addPermanentWidget(time_);
    statusBar()->addPermanentWidget(memory_);
    time_->setObjectName(QStringLiteral("time"));
    memory_->setObjectName(QStringLiteral("memory"));
}

void MainWindow::resetLayout() {
    for (QDockWidget* dock : docks_) {
        dock->setFloating(false);
        dock->show();
    }
    addDockWidget(Qt::LeftDockWidgetArea, docks_[0]);
    addDockWidget(Qt::RightDockWidgetArea, docks_[1]);
    addDockWidget(Qt::RightDockWidgetArea, docks_[2]);
    resizeDocks({docks_[0], docks_[1]}, {310, 270}, Qt::Horizontal);
    resizeDocks({docks_[1], docks_[2]}, {3, 2}, Qt::Vertical);
}

void MainWindow::restoreLayout() {
    const QSettings settings;
    if (!restoreGeometry(settings.value(QLatin1String(kGeometryKey)).toByteArray()))
        resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    if (!restoreState(settings.value(QLatin1String(kStateKey)).toByteArray(), kLayoutVersion))
        resetLayout();
}

void MainWindow::saveSettings() {
    form_->saveSettings();
    QSettings settings;
    settings.setValue(QLatin1String(kGeometryKey), saveGeometry());
    settings.setValue(QLatin1String(kStateKey), saveState(kLayoutVersion));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    saveSettings();
    // The window goes at once; the engine is waited for in the session's destructor.
    session_.stop();
    event->accept();
}

void MainWindow::showHelp() {
    if (!help_)
        help_ = new HelpWindow(this);
    help_->show();
    help_->raise();
    help_->activateWindow();
}

void MainWindow::showAbout() {
    QMessageBox::about(
        this, tr("About ScaleKV Studio"),
        tr("<h3>ScaleKV Studio %1</h3>"
           "<p>Pictures from text with Infinity, a visual autoregressive model, and a look at its key/value "
           "cache.</p>"
           "<p>The demo model was trained on Microsoft Fluent Emoji (3D), which is under the MIT licence.</p>"
           "<p>Built with Qt, LibTorch, QCustomPlot, spdlog and SentencePiece.</p>")
            .arg(QApplication::applicationVersion().toHtmlEscaped()));
}

QString MainWindow::stateText() const {
    return state_->fullText();
}

} // namespace scalekv::ui
