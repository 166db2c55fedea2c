#include "ui/generate/generate_place.h"

#include "ui/generate/advanced_panel.h"
#include "ui/generate/cache_views.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "widgets/icon.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QDockWidget>
#include <QHash>
#include <QMenu>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {

QAction* separator(QObject* parent) {
    auto* line = new QAction(parent);
    line->setSeparator(true);
    return line;
}

} // namespace

GeneratePlace::GeneratePlace(const Desk& desk)
    : Place({.id = QStringLiteral("generate"),
             .title = tr("Generate"),
             .iconName = QStringLiteral("generate"),
             .toolTip = tr("Make pictures from prompts")}),
      desk_(desk), form_(new GenerateForm(desk.undo, desk.models, this)),
      stage_(new PictureStage(desk.live, this)), history_(new HistoryPanel(desk.runs, desk.undo, this)),
      cache_(new CacheViews(this)),
      generateAction_(new QAction(widgets::icon(QStringLiteral("generate")), tr("&Generate"), this)),
      batchAction_(new QAction(tr("&Batch…"), this)),
      calibrateAction_(new QAction(tr("&Calibrate the model…"), this)),
      recommendedAction_(new QAction(tr("Use the model's &recommended settings"), this)),
      editLine_(separator(this)), viewLine_(separator(this)) {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(6, 6, 6, 2);
    column->addWidget(stage_);
    setCentralWidget(centre);
    addDock("formDock", tr("Picture to make"), form_, Qt::LeftDockWidgetArea);
    addDock("historyDock", tr("History"), history_, Qt::RightDockWidgetArea);
    addDock("cacheDock", tr("KV cache and time"), cache_, Qt::RightDockWidgetArea);
    makeActions();

    form_->restoreSettings();
    desk_.models.setLoadOptions(form_->advanced()->loadOptions());
    if (!desk_.options.prompt.isEmpty())
        form_->setPrompt(desk_.options.prompt);
    connectForm();
    connectRuns();
    connectEngine();
    updateState();
    showEmptyText();
    form_->focusPrompt();
}

void GeneratePlace::makeActions() {
    generateAction_->setShortcuts({Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter});
    connect(generateAction_, &QAction::triggered, this, &GeneratePlace::generate);
    batchAction_->setShortcuts({Qt::CTRL | Qt::SHIFT | Qt::Key_Return, Qt::CTRL | Qt::SHIFT | Qt::Key_Enter});
    connect(batchAction_, &QAction::triggered, this, &GeneratePlace::askForBatch);
    connect(calibrateAction_, &QAction::triggered, this, &GeneratePlace::askForCalibration);
    connect(recommendedAction_, &QAction::triggered, this, [this] {
        fillForm(form_->recommended(), form_->newSeedEachTime(), tr("resetting the settings"));
    });
}

QList<QAction*> GeneratePlace::menuActions(Menu menu) const {
    const QList<QAction*> docks = Place::menuActions(menu);
    switch (menu) {
    case Menu::File:
        return {stage_->saveAction(), stage_->saveFrameAction()};
    case Menu::Edit:
        return {stage_->copyAction(), editLine_, recommendedAction_, history_->clearAction()};
    case Menu::Run:
        return QList<QAction*>{generateAction_, batchAction_, calibrateAction_} + verbActions_;
    case Menu::View:
        return QList<QAction*>{stage_->fitAction(),     stage_->actualSizeAction(), stage_->zoomInAction(),
                               stage_->zoomOutAction(), stage_->followAction(),     viewLine_} +
               docks;
    }
    return {};
}

void GeneratePlace::offerVerbs(const QVector<RunVerb>& verbs) {
    verbs_ = verbs;
    for (const RunVerb& verb : verbs) {
        QAction* action = actionOf(verb, this);
        connect(action, &QAction::triggered, this, [this, verb] { verb.perform(stage_->shownResult()); });
        verbActions_ += action;
    }
    stage_->setRunActions(buttonsOf(verbs));
    history_->offerVerbs(verbs);
    updateState();
}

/// An action for each button beside the picture: a verb's own, or one that opens the menu of its group.
QList<QAction*> GeneratePlace::buttonsOf(const QVector<RunVerb>& verbs) {
    QList<QAction*> buttons;
    QHash<QString, QMenu*> menus;
    for (qsizetype i = 0; i < verbs.size(); ++i) {
        const RunVerb& verb = verbs[i];
        if (verb.group.isEmpty()) {
            buttons += verbActions_[i];
            continue;
        }
        QMenu*& menu = menus[verb.group];
        if (!menu) {
            menu = new QMenu(verb.group, this);
            menu->setIcon(widgets::icon(verb.iconName));
            menu->menuAction()->setToolTip(verb.toolTip);
            buttons += menu->menuAction();
            groupActions_ += menu->menuAction();
        }
        menu->addAction(verbActions_[i]);
    }
    return buttons;
}

ResultPtr GeneratePlace::shownRun() const {
    return stage_->shownResult();
}

void GeneratePlace::saveSettings() {
    Place::saveSettings();
    form_->saveSettings();
    cache_->saveSettings();
}

void GeneratePlace::arrangeDocks() {
    QDockWidget *form = docks()[0], *history = docks()[1], *cache = docks()[2];
    addDockWidget(Qt::LeftDockWidgetArea, form);
    addDockWidget(Qt::RightDockWidgetArea, history);
    addDockWidget(Qt::RightDockWidgetArea, cache);
    resizeDocks({form, history}, {310, 270}, Qt::Horizontal);
    resizeDocks({history, cache}, {3, 2}, Qt::Vertical);
}

bool GeneratePlace::mayGenerate() const {
    // What the engine is at makes no difference: the picture takes its place in the queue.
    return desk_.session.hasModel() && desk_.session.state() != EngineSession::State::Loading;
}

void GeneratePlace::updateState() {
    using State = EngineSession::State;
    const State state = desk_.session.state();
    const bool busy = state != State::Idle;
    const bool ready = mayGenerate();
    generateAction_->setEnabled(ready);
    batchAction_->setEnabled(ready);
    calibrateAction_->setEnabled(ready);
    QString why = tr("Make the picture (Ctrl+Enter)");
    if (state == State::Loading)
        why = tr("The model is being loaded");
    else if (desk_.session.hasModel() && desk_.queue.list().pending() > 0)
        why = tr("Make the picture when those before it are finished (Ctrl+Enter)");
    else if (!desk_.session.hasModel())
        why = tr("Open a model first");
    form_->setReady(ready, busy, why);
    for (QAction* action : verbActions_ + groupActions_)
        action->setEnabled(stage_->isLiveShown() ? desk_.live.isRunning() : stage_->shownResult() != nullptr);
}

void GeneratePlace::showEmptyText() {
    widgets::ImageView* view = stage_->view();
    if (desk_.session.hasModel())
        view->setEmptyText(
            tr("Type a prompt and press Generate"),
            tr("Or choose one of the examples. A saved picture dropped here brings its settings back."));
    else if (desk_.session.state() == EngineSession::State::Loading || !desk_.models.hasStarted())
        view->setEmptyText(tr("Loading the model…"), tr("You can type a prompt already."));
    else
        view->setEmptyText(tr("No model is open"),
                           tr("Choose File → Open model folder…, or drop a model's folder here."));
}

widgets::KvPlot* GeneratePlace::plot() const {
    return cache_->plot();
}

void GeneratePlace::showCache() {
    QVector<ScaleReport> reports;
    QVector<qint64> bytes;
    for (const ScaleFrame& frame : stage_->frames()) {
        reports += frame.report;
        bytes += frame.report.kvBytes;
    }
    const ResultPtr result = stage_->shownResult();
    if (stage_->isLiveShown()) {
        cache_->showRun({.plan = desk_.live.plan(),
                         .reports = reports,
                         .bytes = desk_.live.kvBytes(),
                         .record = desk_.live.isEmpty() ? nullptr : &desk_.live.record()});
    } else if (result && !result->opened) {
        const RecordPtr record = desk_.runs.record(result);
        cache_->showRun({.plan = result->plan, .reports = reports, .bytes = bytes, .record = record.get()});
    } else {
        cache_->clear();
    }
    cache_->setSelectedScale(stage_->shownScale());
}

} // namespace scalekv::ui
