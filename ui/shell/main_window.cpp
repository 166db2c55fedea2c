#include "ui/shell/main_window.h"

#include "ui/shell/background_door.h"
#include "ui/shell/help_window.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/place.h"
#include "ui/shell/place_rail.h"
#include "ui/shell/progress_strip.h"
#include "ui/shell/queue_store.h"
#include "ui/shell/sheet_filler.h"
#include "ui/shell/theme.h"
#include "ui/text/policy_text.h"
#include "widgets/icon.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QMimeDatabase>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyle>
#include <QVBoxLayout>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kGeometryKey[] = "window/geometry";
constexpr char kRecordKey[] = "runs/record";
constexpr char kPlaceKey[] = "window/place";

/// The one local file or folder of a drop, empty if it is something else.
QString droppedPath(const QMimeData* data) {
    return data->hasUrls() && data->urls().size() == 1 ? data->urls().front().toLocalFile() : QString();
}

/// By its name: what is in it, and whether it can be read, is found out when it is opened.
bool isPictureFile(const QString& path) {
    return !QFileInfo(path).isDir() && QMimeDatabase()
                                           .mimeTypeForFile(path, QMimeDatabase::MatchExtension)
                                           .name()
                                           .startsWith(QLatin1String("image/"));
}

} // namespace

MainWindow::MainWindow(const StudioOptions& options, const std::vector<PlaceMaker>& places, QWidget* parent)
    : QMainWindow(parent), options_(options), rail_(new PlaceRail(this)), stack_(new QStackedWidget(this)),
      messages_(new MessageBar(this)), progress_(new ProgressStrip(this)),
      stopAction_(new QAction(widgets::icon(QStringLiteral("stop")), tr("&Stop"), this)),
      gallery_(options.dataFolder.isEmpty() ? QString() : options.dataFolder + QStringLiteral("/gallery")),
      recent_(options.demoModel), door_(new BackgroundDoor(options.dataFolder, this)) {
    setWindowTitle(tr("ScaleKV Studio"));
    setWindowIcon(widgets::applicationIcon());
    setAcceptDrops(true);
    status_ = new StatusLine(session_, statusBar());
    models_ = new ModelOpener(session_, recent_, *messages_, options_.model, this);
    pictures_ = new PictureDialogs(*messages_, *status_, this);
    keeper_ = new PictureKeeper(gallery_, runs_, *messages_, *status_, this);
    new SheetFiller(sheets_, queue_, *keeper_, gallery_, this);
    makeLayout();
    makeMenus();
    connectEngine();
    keepQueue();
    keepPictures();
    makePlaces(places);
    restoreLayout();
}

MainWindow::~MainWindow() {
    // The places listen to what the window has by value, which goes before a widget's children do.
    qDeleteAll(places_);
    undo_.disconnect(this); // it tells of its end when the status line has no session any more
}

void MainWindow::makeLayout() {
    addToolBar(Qt::LeftToolBarArea, rail_);
    rail_->setObjectName(QStringLiteral("places"));
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(messages_);
    column->addWidget(stack_, 1);
    column->addWidget(progress_);
    setCentralWidget(centre);
    setContextMenuPolicy(Qt::NoContextMenu); // it would offer to hide the places
}

void MainWindow::makeMenus() {
    const auto open = [this](const QString& title) {
        QMenu* menu = menuBar()->addMenu(title);
        menus_.push_back({menu, menu->addSeparator(), {}});
        return menu;
    };
    QMenu* file = open(tr("&File"));
    const auto addBefore = [](QMenu* menu, QAction* before, const QList<QAction*>& actions) {
        menu->insertActions(before, actions);
    };
    const auto make = [this](const char* icon, const QString& text, const QKeySequence& keys) {
        auto* action = new QAction(icon ? widgets::icon(QLatin1String(icon)) : QIcon(), text, this);
        action->setShortcut(keys);
        return action;
    };
    QAction* openPicture = make("open", tr("&Open picture…"), QKeySequence::Open);
    openPicture->setToolTip(tr("Open a PNG and put its recipe into the form"));
    connect(openPicture, &QAction::triggered, pictures_, &PictureDialogs::askForPicture);
    QAction* openFolder = make(nullptr, tr("Open model fol&der…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O);
    connect(openFolder, &QAction::triggered, models_, &ModelOpener::askForFolder);
    QAction* openFile = make(nullptr, tr("Open model &file…"), {});
    connect(openFile, &QAction::triggered, models_, &ModelOpener::askForFile);
    auto* line = new QAction(this);
    line->setSeparator(true);
    addBefore(file, menus_.back().end, {openPicture, openFolder, openFile, line});
    file->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &MainWindow::quit);

    QMenu* edit = open(tr("&Edit"));
    QAction* undo = undo_.createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    undo->setIcon(widgets::icon(QStringLiteral("undo")));
    QAction* redo = undo_.createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence(QKeySequence::Redo), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    redo->setIcon(widgets::icon(QStringLiteral("redo")));
    // One history serves all places: what was undone may not be in sight.
    // (A step may drop out of it, so its name is asked before.)
    disconnect(undo, &QAction::triggered, &undo_, nullptr);
    connect(undo, &QAction::triggered, this, [this] {
        const QString what = undo_.undoText();
        undo_.undo();
        status_->say(tr("Undone: %1").arg(what));
    });
    disconnect(redo, &QAction::triggered, &undo_, nullptr);
    connect(redo, &QAction::triggered, this, [this] {
        const QString what = undo_.redoText();
        undo_.redo();
        status_->say(tr("Done again: %1").arg(what));
    });
    line = new QAction(this);
    line->setSeparator(true);
    addBefore(edit, menus_.back().end, {undo, redo, line});

    QMenu* run = open(tr("&Run"));
    stopAction_->setShortcut(Qt::Key_Escape);
    stopAction_->setEnabled(false);
    connect(stopAction_, &QAction::triggered, this, &MainWindow::stop);
    run->addAction(stopAction_);
    QAction* record = run->addAction(tr("Record &attention while generating"));
    record->setCheckable(true);
    record->setToolTip(tr("So that Inspect can show it; takes less than 3 % of the time"));
    session_.setRecording(QSettings().value(QLatin1String(kRecordKey), true).toBool());
    record->setChecked(session_.isRecording());
    connect(record, &QAction::toggled, this, [this](bool on) {
        session_.setRecording(on);
        QSettings().setValue(QLatin1String(kRecordKey), on);
    });

    QMenu* view = open(tr("&View"));
    view->addAction(tr("&Reset layout"), this, [this] {
        if (Place* place = currentPlace())
            place->resetLayout();
    });
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

void MainWindow::makePlaces(const std::vector<PlaceMaker>& makers) {
    const Desk desk{options_, session_, queue_,     sheets_, *models_,   runs_,    live_,
                    gallery_, *keeper_, *pictures_, undo_,   *messages_, *status_, *stopAction_};
    for (const PlaceMaker& make : makers) {
        Place* place = make(desk);
        places_ += place;
        stack_->addWidget(place);
        rail_->add(place);
        connect(place, &Place::countChanged, rail_,
                [this, place](int count) { rail_->setCount(place, count); });
        connect(place, &Place::wanted, this, [this, place] { showPlace(place); });
        connect(place, &Place::shownRunChanged, this, [this, place] {
            if (place == currentPlace())
                status_->setShown(place->shownRun());
        });
    }
    connect(rail_, &PlaceRail::chosen, this, &MainWindow::showPlace);
    QMenu* view = menus_[std::size_t(Place::Menu::View)].menu;
    view->insertActions(view->actions().constFirst(), rail_->placeActions());
    for (Place* place : places_) {
        QVector<RunVerb> verbs;
        for (Place* other : places_) {
            if (other != place)
                verbs += other->runVerbs();
        }
        place->offerVerbs(verbs);
    }
}

Place* MainWindow::currentPlace() const {
    return qobject_cast<Place*>(stack_->currentWidget());
}

Place* MainWindow::place(const QString& id) const {
    for (Place* place : places_) {
        if (place->name().id == id)
            return place;
    }
    return nullptr;
}

void MainWindow::showPlace(Place* place) {
    stack_->setCurrentWidget(place);
    rail_->setCurrent(place);
    fillMenus();
    status_->setShown(place->shownRun());
    place->entered();
}

/// An action belongs to a menu only while its place is shown, so that its keys work nowhere else.
void MainWindow::fillMenus() {
    for (std::size_t i = 0; i < menus_.size(); ++i) {
        OpenMenu& open = menus_[i];
        for (QAction* action : open.borrowed)
            open.menu->removeAction(action);
        open.borrowed = currentPlace()->menuActions(Place::Menu(i));
        open.menu->insertActions(open.end, open.borrowed);
    }
}

void MainWindow::connectEngine() {
    connect(&session_, &EngineSession::stateChanged, this, [this](EngineSession::State state) {
        stopAction_->setEnabled(state != EngineSession::State::Idle);
        if (state == EngineSession::State::Generating) {
            progress_->beginGeneration();
        } else if (state == EngineSession::State::Looking) {
            messages_->withdraw(subjects::kLooking);
            progress_->beginTask(tr("Repeating the run to look closer"));
        } else if (state == EngineSession::State::Comparing) {
            progress_->beginTask(tr("Comparing"));
        } else if (state == EngineSession::State::Calibrating) {
            messages_->withdraw(subjects::kCalibrating);
            progress_->beginTask(tr("Calibrating"));
        } else if (state == EngineSession::State::Idle) {
            progress_->end();
        }
    });
    connect(&session_, &EngineSession::loadProgress, progress_, &ProgressStrip::showLoading);
    connect(models_, &ModelOpener::stopping, progress_, &ProgressStrip::showStopping);

    connect(&session_, &EngineSession::generationStarted, progress_, &ProgressStrip::setPlan);
    connect(&session_, &EngineSession::progressed, progress_, &ProgressStrip::setProgress);
    connect(&session_, &EngineSession::comparisonProgressed, progress_,
            [this](const ComparisonProgress& progress) {
                QStringList what{policyText(progress.policy)};
                if (!progress.how.empty())
                    what += QString::fromStdString(progress.how);
                progress_->setTask(tr("Run %1 of %2: %3")
                                       .arg(progress.run)
                                       .arg(progress.runs)
                                       .arg(what.join(QStringLiteral(", "))));
                progress_->setProgress(progress.progress);
            });
    connect(&session_, &EngineSession::calibrationProgressed, progress_,
            [this](const Progress& progress, int prompt, int prompts) {
                progress_->setTask(tr("Calibrating: prompt %1 of %2").arg(prompt).arg(prompts));
                progress_->setProgress(progress);
            });
    connect(&session_, &EngineSession::calibrationFailed, this, [this](const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, subjects::kCalibrating, message);
    });
    connect(&session_, &EngineSession::scaleStarted, progress_, &ProgressStrip::setScale);
    connect(&session_, &EngineSession::layersFinished, progress_, &ProgressStrip::setLayers);

    connect(&session_, &EngineSession::generationStarted, &live_,
            [this](const GenerationPlan& plan) { live_.begin(plan, session_.model().heads); });
    connect(&session_, &EngineSession::layersFinished, &live_, &LiveRun::addLayers);
    connect(&session_, &EngineSession::bitsChosen, &live_, &LiveRun::addBits);
    connect(&session_, &EngineSession::recorded, &runs_, &RunList::setRecord);
    connect(&session_, &EngineSession::scaleFinished, &live_, &LiveRun::addScale);
    connect(&session_, &EngineSession::stopped, this, [this] {
        if (live_.isRunning() && session_.hasModel())
            keeper_->stopped(live_, session_.model());
    });
    connect(&session_, &EngineSession::stopped, &live_, &LiveRun::end);
    connect(&session_, &EngineSession::failed, &live_, &LiveRun::end);
    connect(&session_, &EngineSession::comparisonFailed, this, [this](const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, subjects::kComparing, message);
    });
    connect(&session_, &EngineSession::lookFailed, this, [this](const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, subjects::kLooking, message);
    });
    connect(&session_, &EngineSession::finished, this, [this](const ResultPtr& result) {
        const RecordPtr record =
            live_.record().hasAttention() ? std::make_shared<const RunRecord>(live_.record()) : nullptr;
        runs_.insert(0, result, record);
        keeper_->finished(result, record);
        live_.finish(result);
    });
    connect(&undo_, &QUndoStack::indexChanged, this, [this] {
        messages_->withdraw(subjects::kLastStep);
        status_->forget();
    });
    // A picture named at the start needs the model to say what of its recipe can be done: later than the
    // places hear of the model, else its settings would replace the picture's.
    connect(
        models_, &ModelOpener::loaded, this,
        [this] {
            if (const QString picture = std::exchange(options_.picture, {}); !picture.isEmpty())
                pictures_->open(picture);
        },
        Qt::QueuedConnection);
}

void MainWindow::stop() {
    if (QWidget* open = QApplication::activePopupWidget()) {
        open->close(); // that is what Esc was meant for
        return;
    }
    if (session_.state() == EngineSession::State::Idle)
        return;
    const bool gaveUpModel = session_.nextModel().has_value();
    queue_.stop();
    progress_->showStopping();
    if (gaveUpModel)
        models_->giveUpWaiting();
}

void MainWindow::restoreLayout() {
    const QSettings settings;
    if (!restoreGeometry(settings.value(QLatin1String(kGeometryKey)).toByteArray()))
        // A title bar comes on top, whose height is known only when it is there.
        resize(QSize(1280, 800).boundedTo(screen()->availableSize() -
                                          QSize(0, style()->pixelMetric(QStyle::PM_TitleBarHeight))));
    Place* last = place(settings.value(QLatin1String(kPlaceKey)).toString());
    if (last || !places_.isEmpty())
        showPlace(last ? last : places_.constFirst());
}

void MainWindow::saveSettings() {
    for (Place* place : places_)
        place->saveSettings();
    QSettings settings;
    settings.setValue(QLatin1String(kGeometryKey), saveGeometry());
    if (const Place* place = currentPlace())
        settings.setValue(QLatin1String(kPlaceKey), place->name().id);
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

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    // Nobody wants to open the picture that is being dragged out of here; but one of another place, yes.
    const QObject* source = event->source();
    while (source && source != currentPlace()) // also from docks that float: windows of their own
        source = source->parent();
    const bool fromHere = source != nullptr;
    if (!fromHere && !droppedPath(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = droppedPath(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    if (isPictureFile(path))
        pictures_->open(path);
    else
        models_->open(path);
}

} // namespace scalekv::ui
