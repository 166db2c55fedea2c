#include "ui/inspect/inspect_place.h"

#include "ui/inspect/heads_panel.h"
#include "ui/inspect/layer_map_panel.h"
#include "ui/inspect/looker.h"
#include "ui/inspect/mass_panel.h"
#include "ui/inspect/overlays.h"
#include "ui/inspect/run_exporter.h"
#include "ui/inspect/run_header.h"
#include "ui/inspect/token_panel.h"
#include "ui/inspect/words_panel.h"
#include "ui/runs/image_convert.h"
#include "ui/shell/usual_folder.h"
#include "ui/text/picture_stem.h"
#include "widgets/heat_map.h"
#include "widgets/heat_map_export.h"
#include "widgets/icon.h"
#include "widgets/token_view.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr char kFolderKey[] = "inspect/folder";
constexpr double kSheetRatio = 2; // pixels a logical one

/// Makes one that was not there: what was written for another run, or earlier, stays as it is. Where none can
/// be made, writing into it says why.
QString newFolder(const QString& parent, const QString& name) {
    const QDir within(parent);
    QString path = within.filePath(name);
    for (int i = 2; !within.mkdir(path) && QFileInfo::exists(path); ++i)
        path = within.filePath(QStringLiteral("%1-%2").arg(name).arg(i));
    return path;
}

} // namespace

InspectPlace::InspectPlace(const Desk& desk)
    : Place({.id = QStringLiteral("inspect"),
             .title = tr("Inspect"),
             .iconName = QStringLiteral("inspect"),
             .toolTip = tr("See what every layer does, and what its cache keeps")}),
      desk_(desk), run_(new InspectedRun(desk, this)), looker_(new Looker(desk, *run_, this)),
      exporter_(new RunExporter(desk.messages, desk.status, this)), header_(new RunHeader(desk, *run_, this)),
      map_(new LayerMapPanel(*run_, selection_, this)),
      tokens_(new TokenPanel(*run_, *looker_, selection_, this)),
      heads_(new HeadsPanel(*run_, *looker_, selection_, this)),
      words_(new WordsPanel(*run_, *looker_, selection_, this)),
      mass_(new MassPanel(*run_, selection_, this)),
      exportAll_(new QAction(widgets::icon(QStringLiteral("save")), tr("&Export everything…"), this)),
      saveMap_(new QAction(tr("Save the heat &map…"), this)),
      copyValues_(
          new QAction(widgets::icon(QStringLiteral("copy")), tr("Copy the heat map's &values"), this)),
      saveTokens_(new QAction(tr("Save the &picture with its tokens…"), this)),
      record_(new QAction(tr("&Repeat the run to record it"), this)) {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header_);
    column->addWidget(tokens_, 1);
    setCentralWidget(centre);
    addDock("layersDock", tr("Layers × scales"), map_, Qt::LeftDockWidgetArea);
    addDock("massDock", tr("Attention by earlier scale"), mass_, Qt::LeftDockWidgetArea);
    addDock("headsDock", tr("Heads"), heads_, Qt::RightDockWidgetArea);
    addDock("wordsDock", tr("Words of the prompt"), words_, Qt::RightDockWidgetArea);
    makeActions();

    connect(run_, &InspectedRun::replaced, this, &InspectPlace::fitSelection);
    connect(run_, &InspectedRun::changed, this, &InspectPlace::shownRunChanged);
    connect(run_, &InspectedRun::grown, this, &InspectPlace::fitSelection);
    connect(&desk_.runs, &RunList::rowsInserted, this, [this] { // a removal was undone
        if (isVisible())
            entered();
    });
    connect(header_, &RunHeader::recordRequested, this, &InspectPlace::record);
    fitSelection();
}

void InspectPlace::makeActions() {
    exportAll_->setToolTip(tr(
        "Write all tables (CSV, JSON), heat maps (PNG, SVG) and the picture, by itself and with its tokens, "
        "into a new folder"));
    saveMap_->setToolTip(tr("Save the heat map that is seen, as PNG, SVG or CSV"));
    connect(exportAll_, &QAction::triggered, this, &InspectPlace::askForFolder);
    connect(saveMap_, &QAction::triggered, this, &InspectPlace::saveMap);
    saveTokens_->setToolTip(
        tr("Save the picture as it is seen, with what lies over it and what that means, as PNG"));
    connect(copyValues_, &QAction::triggered, this, [this] {
        map_->copyValues();
        desk_.status.say(tr("Copied the heat map's values"));
    });
    connect(saveTokens_, &QAction::triggered, this, &InspectPlace::saveTokens);
    connect(record_, &QAction::triggered, this, &InspectPlace::record);
    map_->map()->addActions({copyValues_, saveMap_});
    map_->map()->setContextMenuPolicy(Qt::ActionsContextMenu);
    tokens_->view()->addAction(saveTokens_);
    tokens_->view()->setContextMenuPolicy(Qt::ActionsContextMenu);

    auto* button = new QToolButton(header_);
    button->setText(tr("Export"));
    button->setObjectName(QStringLiteral("export"));
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    menu->addActions({copyValues_, saveMap_, saveTokens_, exportAll_});
    button->setMenu(menu);
    header_->addButton(button);
}

QList<QAction*> InspectPlace::menuActions(Menu menu) const {
    switch (menu) {
    case Menu::File:
        return {saveMap_, saveTokens_, exportAll_};
    case Menu::Edit:
        return {copyValues_};
    case Menu::Run:
        return QList<QAction*>{record_} + verbActions_;
    case Menu::View:
        return Place::menuActions(menu);
    }
    return {};
}

void InspectPlace::offerVerbs(const QVector<RunVerb>& verbs) {
    for (const RunVerb& verb : verbs) {
        QAction* action = actionOf(verb, this);
        connect(action, &QAction::triggered, this, [this, verb] { verb.perform(run_->result()); });
        verbActions_ += action;
    }
    fitSelection();
}

ResultPtr InspectPlace::shownRun() const {
    return run_->result();
}

QVector<RunVerb> InspectPlace::runVerbs() {
    return {{.text = tr("&Inspect"),
             .iconName = QStringLiteral("inspect"),
             .toolTip = tr("See what every layer did in this run (Ctrl+I)"),
             .shortcut = Qt::CTRL | Qt::Key_I,
             .perform =
                 [this](const ResultPtr& run) {
                     run_->show(run);
                     Q_EMIT wanted();
                 },
             .performAt =
                 [this](const ResultPtr& run, const RunSpot& spot) {
                     run_->show(run);
                     Selection::State next = selection_.state();
                     if (spot.layer >= 0)
                         next.layer = spot.layer;
                     next.scale = spot.scale;
                     next.token = spot.position;
                     next.readScale = Selection::kAll;
                     if (run && !keepsEveryToken(run->request().policy.name)) // why: what it would have read
                         next.overlay = Selection::Overlay::Missing;
                     selection_.set(next);
                     fitSelection();
                     Q_EMIT wanted();
                     if (needsLook(*run_, selection_.state())) // who comes for this has asked
                         looker_->ask(questionOf(selection_.state()));
                 }}};
}

void InspectPlace::showEvent(QShowEvent* event) {
    Place::showEvent(event);
    run_->setWatched(true);
}

void InspectPlace::hideEvent(QHideEvent* event) {
    Place::hideEvent(event);
    run_->setWatched(false);
}

/// Where nothing was chosen yet: the newest run, or the one in the making.
void InspectPlace::entered() {
    if (run_->isEmpty() && desk_.live.isEmpty() && desk_.runs.rowCount() > 0)
        run_->show(desk_.runs.result(0));
}

void InspectPlace::arrangeDocks() {
    QDockWidget *map = docks()[0], *mass = docks()[1], *heads = docks()[2], *words = docks()[3];
    addDockWidget(Qt::LeftDockWidgetArea, map);
    addDockWidget(Qt::LeftDockWidgetArea, mass);
    addDockWidget(Qt::RightDockWidgetArea, heads);
    addDockWidget(Qt::RightDockWidgetArea, words);
    // Shares of the window: on a large screen heat map and heads are to be large, too.
    resizeDocks({map, heads}, {std::max(390, width() * 3 / 10), std::max(260, width() / 5)}, Qt::Horizontal);
    resizeDocks({map, mass}, {3, 2}, Qt::Vertical);
    resizeDocks({heads, words}, {1, 1}, Qt::Vertical);
}

/// A choice that the run does not have goes to the nearest that it has; a run that one comes to first shows
/// its last scale.
void InspectPlace::fitSelection() {
    for (QAction* action : {exportAll_, saveMap_, copyValues_})
        action->setEnabled(run_->isRecorded());
    for (QAction* action : InspectPlace::menuActions(Menu::Run))
        action->setEnabled(run_->result() != nullptr);
    saveTokens_->setEnabled(!run_->isEmpty());
    if (run_->isEmpty())
        return;
    Selection::State next = selection_.state();
    const bool same = run_->isLive() ? fittedLive_ : !fittedLive_ && fitted_.lock() == run_->result();
    fitted_ = run_->result();
    fittedLive_ = run_->isLive();
    if (!same) {
        next.token = next.word = next.readScale = Selection::kAll;
        if (!run_->isLive())
            next.scale = run_->scales() - 1;
    }
    if (run_->isRunning() && selection_.state().token < 0) {
        // Follows the run: the newest scale of which something is known.
        const RunRecord& record = run_->record();
        for (int scale = 0; scale < run_->scales(); ++scale) {
            if (record.attention[std::size_t(scale)].front())
                next.scale = scale;
        }
    }
    next.scale = std::clamp(next.scale, 0, run_->scales() - 1);
    next.layer = std::clamp(next.layer, 0, std::max(0, run_->layers() - 1));
    if (next.head >= run_->heads())
        next.head = Selection::kAll;
    if (next.token >= run_->map(next.scale).tokens())
        next.token = Selection::kAll;
    if (next.readScale > next.scale)
        next.readScale = Selection::kAll;
    selection_.set(next);
}

void InspectPlace::record() {
    if (run_->result())
        desk_.queue.add({.work = RecordWork{run_->result()},
                         .model = run_->result()->recipe.model,
                         .modelPath = run_->result()->modelPath,
                         .remembered = false});
}

void InspectPlace::exportTo(const QString& parent) {
    if (!run_->isRecorded())
        return;
    const RoleTable* roles = run_->calibratedRoles();
    exporter_->write(newFolder(parent, stem()), [record = run_->record(),
                                                 calibrated = roles ? std::optional(*roles) : std::nullopt,
                                                 caption = figures::runCaption(run_->request()),
                                                 tokens = tokens_->sheet(kSheetRatio),
                                                 result = run_->result()] {
        const RoleTable* known = calibrated ? &*calibrated : nullptr;
        std::vector<figures::ExportFile> files = figures::tableFiles(record, known);
        if (result) // with its recipe: what all this is of
            files.push_back({"picture.png",
                             QByteArray::fromStdString(pngBytes(result->image, recipeText(result->recipe)))});
        if (!tokens.isNull())
            files.push_back({"tokens.png", QByteArray::fromStdString(pngBytes(toRgbImage(tokens)))});
        for (figures::ExportFile& file : figures::heatMapFiles(record, known, caption))
            files.push_back(std::move(file));
        return files;
    });
}

void InspectPlace::askForFolder() {
    QSettings settings;
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Where a folder with tables and heat maps is to be made"),
                                          settings.value(QLatin1String(kFolderKey)).toString());
    if (folder.isEmpty())
        return;
    settings.setValue(QLatin1String(kFolderKey), folder);
    exportTo(folder);
}

/// What the run's files are called.
QString InspectPlace::stem() const {
    return pictureStem(run_->request());
}

void InspectPlace::saveTokens() {
    const QImage picture = tokens_->sheet(kSheetRatio);
    if (!picture.isNull())
        desk_.pictures.saveFrameAs(picture, stem() + QStringLiteral("-tokens"));
}

void InspectPlace::saveMap() {
    QSettings settings;
    const QString before =
        settings.value(QLatin1String(kFolderKey), usualFolder(QStandardPaths::PicturesLocation)).toString();
    const QStringList filters{tr("PNG (*.png)"), tr("SVG (*.svg)"), tr("CSV (*.csv)")};
    const QStringList suffixes{QStringLiteral("png"), QStringLiteral("svg"), QStringLiteral("csv")};
    QString filter;
    QString path = QFileDialog::getSaveFileName(
        this, tr("Save the heat map"), QStringLiteral("%1/%2-%3.png").arg(before, stem(), map_->figureStem()),
        filters.join(QStringLiteral(";;")), &filter);
    if (path.isEmpty())
        return;
    QString suffix = QFileInfo(path).suffix().toLower();
    if (!suffixes.contains(suffix)) {
        suffix = suffixes.value(std::max<qsizetype>(0, filters.indexOf(filter)));
        path += QLatin1Char('.') + suffix;
        // The dialog has asked about the name that was typed, not about the one with the ending behind it.
        if (QFileInfo::exists(path) &&
            QMessageBox::question(this, tr("Save the heat map"),
                                  tr("%1 exists already. Replace it?").arg(QFileInfo(path).fileName())) !=
                QMessageBox::Yes)
            return;
    }
    const QFileInfo file(path);
    settings.setValue(QLatin1String(kFolderKey), file.absolutePath());
    widgets::HeatMapFigure figure = map_->figure();
    figure.caption = figures::runCaption(run_->request());
    const QSize size = map_->map()->size();
    exporter_->write(file.absolutePath(),
                     [figure, size, suffix, name = file.fileName().toStdString(), palette = palette(),
                      font = font(), ratio = 2.0]() -> std::vector<figures::ExportFile> {
                         if (suffix == QLatin1String("csv"))
                             return {{name, figure.csv()}};
                         if (suffix == QLatin1String("svg"))
                             return {{name, widgets::heatMapSvg(figure, size, palette, font)}};
                         return {{name, widgets::heatMapPng(figure, size, ratio, palette, font)}};
                     });
}

} // namespace scalekv::ui
