#include "ui/compare/compare_place.h"

#include "scalekv/unit_text.h"
#include "ui/compare/column_cards.h"
#include "ui/compare/column_text.h"
#include "ui/compare/compare_header.h"
#include "ui/compare/compare_start_page.h"
#include "ui/compare/figure_table.h"
#include "ui/compare/looking_controls.h"
#include "ui/compare/many_page.h"
#include "ui/compare/parting_panel.h"
#include "ui/compare/quality_panel.h"
#include "ui/compare/report_writer.h"
#include "ui/text/policy_text.h"
#include "widgets/comparison_view.h"
#include "widgets/elided_label.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QAction>
#include <QCheckBox>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QMenu>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {

using widgets::ComparisonView;
using State = CompareColumn::State;

namespace {

constexpr int kAllBeside = 1700; // pixels: from then on figures and both charts have room beside each other

} // namespace

ComparePlace::ComparePlace(const Desk& desk)
    : Place({.id = QStringLiteral("compare"),
             .title = tr("Compare"),
             .iconName = QStringLiteral("compare"),
             .toolTip = tr("See what a smaller cache changes in the picture, and what it saves")}),
      desk_(desk), queue_(new ColumnQueue(desk, set_, this)), figures_(new RunFigures(this)),
      reports_(new ReportWriter(desk.messages, desk.status, this)), cards_(new ColumnCards(set_, this)),
      view_(new ComparisonView(this)), header_(new CompareHeader(set_, *queue_, *view_, desk_.stop, this)),
      start_(new CompareStartPage(this)), table_(new FigureTable(set_, *figures_, this)),
      parting_(new PartingPanel(desk, set_, *figures_, this)), quality_(new QualityPanel(this)),
      many_(new ManyPage(desk, this)) {
    setAcceptDrops(true);
    auto* comparison = new QWidget(this);
    auto* column = new QVBoxLayout(comparison);
    column->setContentsMargins(8, 0, 8, 0);
    column->setSpacing(4);
    column->addWidget(cards_);
    column->addWidget(view_, 1);
    column->addWidget(makeStrip());
    pages_ = new QStackedWidget(this);
    pages_->addWidget(start_);
    pages_->addWidget(comparison);
    pages_->addWidget(many_);
    auto* centre = new QWidget(this);
    auto* whole = new QVBoxLayout(centre);
    whole->setContentsMargins(0, 0, 0, 4);
    whole->setSpacing(4);
    whole->addWidget(header_);
    whole->addWidget(pages_, 1);
    setCentralWidget(centre);
    addDock("figuresDock", tr("Figures"), table_, Qt::BottomDockWidgetArea);
    addDock("partingDock", tr("Where they part"), parting_, Qt::BottomDockWidgetArea);
    addDock("qualityDock", tr("Quality over bytes"), quality_, Qt::BottomDockWidgetArea);
    makeActions();

    quality_->setEmptyText(
        tr("How the picture fares with fewer bytes stands here: add a policy with several budgets."));

    // Many things change at once when a picture is finished.
    refreshSoon_.setSingleShot(true);
    refreshSoon_.setInterval(0);
    const auto soon = [this] { refreshSoon_.start(); };
    connect(&refreshSoon_, &QTimer::timeout, this, [this] {
        rememberUnfinished();
        if (isVisible()) // else entered() does it
            refresh();
    });
    connect(&set_, &ColumnSet::changed, this, soon);
    connect(queue_, &ColumnQueue::changed, this, soon);
    connect(&desk_.queue, &WorkQueue::progressed, this, &ComparePlace::showProgress);
    // Later: a question is not asked in the middle of the queue's work.
    connect(queue_, &ColumnQueue::memoryShort, this, &ComparePlace::askAboutMemory, Qt::QueuedConnection);
    connect(figures_, &RunFigures::changed, this, soon);
    connect(&desk_.live, &LiveRun::scaleAdded, this, soon);
    connect(&desk_.runs, &QAbstractItemModel::rowsInserted, this, soon);
    connect(&desk_.runs, &QAbstractItemModel::rowsRemoved, this, soon);
    connect(&desk_.session, &EngineSession::stateChanged, this, soon);
    connect(&desk_.models, &ModelOpener::loaded, this, soon);
    connect(view_, &ComparisonView::columnChosen, this,
            [this](int index) { set_.choose(set_.shown().value(index)); });
    connect(view_, &ComparisonView::pointerMoved, this, &ComparePlace::showValues);
    connect(view_, &ComparisonView::placeClicked, this, [this](int, QPointF at) {
        setClicked(at);
        showValues();
    });
    connect(view_, &ComparisonView::scaleStepped, this, [this](int by) { showScale(shownScale() + by); });
    connect(parting_, &PartingPanel::scaleChosen, this, &ComparePlace::showScale);
    connect(parting_, &PartingPanel::inspectRequested, this, &ComparePlace::inspectAt);
    connect(cards_, &ColumnCards::removeRequested, this, &ComparePlace::removeColumn);
    connect(cards_, &ColumnCards::menuRequested, this, &ComparePlace::columnMenu);
    connect(cards_, &ColumnCards::moveRequested, this,
            [this](int id, int to) { set_.move(id, set_.indexOf(to)); });
    connect(many_, &ManyPage::opened, this, [this] { header_->setMany(true); });
    connect(many_, &ManyPage::closerLook, this, [this](const QStringList& paths) {
        replaceColumns({});
        openPictures(paths);
        header_->setMany(false);
    });
    connect(header_, &CompareHeader::scaleChosen, this, &ComparePlace::showScale);
    connect(header_, &CompareHeader::manyToggled, this, &ComparePlace::showMany);
    connect(header_, &CompareHeader::reportClicked, this, &ComparePlace::writeReport);
    connect(header_->addMenu(), &QMenu::aboutToShow, this, &ComparePlace::fillAddMenu);
    connect(start_, &CompareStartPage::fullRequested, this,
            [this] { compareWithFull(desk_.runs.result(0)); });
    connect(start_, &CompareStartPage::allRequested, this,
            [this] { compareAllPolicies(desk_.runs.result(0)); });
    connect(start_, &CompareStartPage::picturesRequested, this, &ComparePlace::askForPictures);
    connect(queue_, &ColumnQueue::failed, this, &ComparePlace::sayFailed);
    connect(reports_, &ReportWriter::changed, this, &ComparePlace::followReport);
    connect(&desk_.session, &EngineSession::stateChanged, this, &ComparePlace::followReport,
            Qt::QueuedConnection); // after the window has set it
    connect(&desk_.stop, &QAction::triggered, reports_, &ReportWriter::stop);
    connect(&files_, &PictureFiles::opened, this, [this](const ResultPtr& result, const QString&) {
        desk_.runs.insert(0, result);
        addRun(result);
    });
    connect(&files_, &PictureFiles::withoutRecipe, &desk_.pictures, &PictureDialogs::sayWithoutRecipe);
    connect(&files_, &PictureFiles::openFailed, &desk_.pictures, &PictureDialogs::sayOpenFailed);
    connect(&files_, &PictureFiles::opened, this, &ComparePlace::openNext);
    connect(&files_, &PictureFiles::withoutRecipe, this, &ComparePlace::openNext);
    connect(&files_, &PictureFiles::openFailed, this, &ComparePlace::openNext);
    modes_->restore();
    restoreUnfinished();
    refresh();
}

QWidget* ComparePlace::makeStrip() {
    auto* strip = new QWidget(this);
    values_ = new widgets::ElidedLabel(strip);
    values_->setObjectName(QStringLiteral("placeValues"));
    overlay_ = new QCheckBox(tr("Bits that differ"), strip);
    overlay_->setObjectName(QStringLiteral("bitsOverlay"));
    overlay_->setToolTip(
        tr("Lay over each picture how many bits of every token differ from the reference, at this scale: the "
           "brighter, the more"));
    connect(overlay_, &QCheckBox::toggled, this, &ComparePlace::refreshPictures);
    why_ = new widgets::FocusToolButton(strip);
    why_->setText(tr("Why here?"));
    why_->setIcon(widgets::icon(QStringLiteral("inspect")));
    why_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    why_->setObjectName(QStringLiteral("why"));
    why_->setFocusPolicy(Qt::TabFocus);
    connect(why_, &QToolButton::clicked, this, &ComparePlace::why);
    modes_ = new ModeSettings(*view_, strip);
    modes_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(2, 0, 2, 0);
    row->setSpacing(10);
    row->addWidget(values_, 1);
    row->addWidget(why_);
    row->addWidget(overlay_);
    row->addWidget(modes_);
    return strip;
}

void ComparePlace::makeActions() {
    fit_ = new QAction(widgets::icon(QStringLiteral("fit")), tr("&Fit"), this);
    fit_->setShortcut(Qt::CTRL | Qt::Key_0);
    connect(fit_, &QAction::triggered, view_, &ComparisonView::fit);
    actualSize_ = new QAction(widgets::icon(QStringLiteral("actual-size")), tr("&100 %"), this);
    actualSize_->setShortcut(Qt::CTRL | Qt::ALT | Qt::Key_0);
    connect(actualSize_, &QAction::triggered, view_, &ComparisonView::showActualSize);
    removeChosen_ =
        new QAction(widgets::icon(QStringLiteral("remove")), tr("Re&move the chosen column"), this);
    connect(removeChosen_, &QAction::triggered, this, [this] { removeColumn(set_.state().chosen); });
    view_->addActions({fit_, actualSize_});
    askForColumns_ = new QAction(tr("&Policy and budget…"), this);
    askForColumns_->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_K);
    connect(askForColumns_, &QAction::triggered, this, &ComparePlace::askForColumns);
    addAction(askForColumns_); // the menu that it stands in is filled when it is opened
    connect(parting_->measureAction(), &QAction::triggered, this, [this] {
        header_->setMany(false);
        docks()[1]->show();
        docks()[1]->raise();
    });
}

QList<QAction*> ComparePlace::menuActions(Menu menu) const {
    switch (menu) {
    case Menu::File:
        return {header_->reportAction()};
    case Menu::Edit:
        return {table_->copyAction(), removeChosen_};
    case Menu::Run:
        return {header_->addMenu()->menuAction(), parting_->measureAction()};
    case Menu::View:
        return QList<QAction*>{header_->manyAction(), fit_, actualSize_} + Place::menuActions(menu);
    }
    return {};
}

void ComparePlace::entered() {
    refresh();
}

ResultPtr ComparePlace::shownRun() const {
    const CompareColumn* chosen = header_->isMany() ? nullptr : set_.chosen();
    return chosen ? chosen->run : nullptr;
}

void ComparePlace::arrangeDocks() {
    QDockWidget *figures = docks()[0], *parting = docks()[1], *quality = docks()[2];
    for (QDockWidget* dock : {figures, parting, quality})
        addDockWidget(Qt::BottomDockWidgetArea, dock);
    splitDockWidget(figures, parting, Qt::Horizontal);
    const int high = std::clamp(height() * 2 / 5, 230, 460);
    if (width() >= kAllBeside) {
        splitDockWidget(parting, quality, Qt::Horizontal);
        resizeDocks({figures, parting, quality}, {width() / 3, width() / 3, width() / 3}, Qt::Horizontal);
        resizeDocks({figures, parting, quality}, {high, high, high}, Qt::Vertical);
    } else {
        tabifyDockWidget(parting, quality);
        resizeDocks({figures, parting}, {width() / 2, width() / 2}, Qt::Horizontal);
        resizeDocks({figures, parting}, {high, high}, Qt::Vertical);
    }
    parting->raise();
    if (header_->isMany())
        hideDocks();
}

int ComparePlace::scales() const {
    qsizetype most = 0;
    for (const CompareColumn& column : set_.columns()) {
        if (column.run && !column.run->opened)
            most = std::max(most, column.run->frames.size());
        else if (column.id == queue_->making())
            most = std::max(most, qsizetype(desk_.live.plan().schedule.size()));
    }
    return static_cast<int>(std::max<qsizetype>(1, most));
}

int ComparePlace::shownScale() const {
    return wantedScale_ < 0 ? scales() - 1 : std::min(wantedScale_, scales() - 1);
}

void ComparePlace::showScale(int scale) {
    scale = std::clamp(scale, 0, scales() - 1);
    const int wanted = scale == scales() - 1 ? -1 : scale; // the last is that of every picture
    if (wanted == wantedScale_)
        return;
    wantedScale_ = wanted;
    refresh();
}

QVector<ScaleFrame> ComparePlace::framesOf(const CompareColumn& column) const {
    if (column.run)
        return column.run->frames;
    if (column.id == queue_->making() && !desk_.live.isEmpty())
        return desk_.live.frames();
    return column.frames;
}

/// How many bits of each token differ from the reference's at the scale that is seen.
widgets::TokenOverlay ComparePlace::overlayOf(const CompareColumn& column) const {
    const CompareColumn* reference = set_.reference();
    const auto scale = std::size_t(shownScale());
    if (!overlay_->isChecked() || column.id == reference->id || !column.run || !reference->run)
        return {};
    const std::vector<ScaleBits>&mine = column.run->bits, &theirs = reference->run->bits;
    if (scale >= mine.size() || scale >= theirs.size() || mine[scale].map != theirs[scale].map ||
        mine[scale].bits != theirs[scale].bits)
        return {};
    const std::vector<float> shares = differingShares(theirs[scale], mine[scale]);
    QVector<double> values;
    for (const float share : shares)
        values += double(share);
    return widgets::TokenOverlay::heat(mine[scale].map.height, mine[scale].map.width, values);
}

void ComparePlace::refresh() {
    if (!header_->isMany())
        pages_->setCurrentIndex(set_.isEmpty() ? 0 : 1);
    if (clicked_ && (!set_.reference() || set_.reference()->finalSize != clickedIn_))
        setClicked({}); // it was a place of another picture
    refreshHeader();
    refreshCards();
    refreshPictures();
    table_->refresh();
    parting_->refresh(shownScale());
    refreshQuality();
    showValues();
    Q_EMIT shownRunChanged();
}

void ComparePlace::refreshHeader() {
    start_->setHasRuns(desk_.runs.rowCount() > 0);
    removeChosen_->setEnabled(set_.chosen() != nullptr);
    askForColumns_->setEnabled(set_.reference() && !set_.isFull() && !header_->isMany());
    header_->refresh(scales(), shownScale());
}

/// The window knows of the engine's work only; a report can be stopped as well.
void ComparePlace::followReport() {
    header_->setWriting(reports_->isWriting());
    desk_.stop.setEnabled(reports_->isWriting() || desk_.session.state() != EngineSession::State::Idle);
}

/// What has become of a column; or what it waits for, where that is another model.
QString ComparePlace::stateText(const CompareColumn& column) const {
    const bool elsewhere = column.state == State::Waiting && desk_.session.hasModel() &&
                           !weightsDifference(column.model, desk_.session.model().identity).empty();
    return elsewhere ? tr("waits for the model %1").arg(QString::fromStdString(column.model.name))
                     : columnStateText(column);
}

void ComparePlace::refreshPictures() {
    QVector<ComparisonView::Column> columns;
    const QVector<int> shown = set_.shown();
    const CompareColumn* reference = set_.reference();
    for (const int id : shown) {
        const CompareColumn& column = *set_.find(id);
        const QVector<ScaleFrame> frames = framesOf(column);
        const bool only = column.run && column.run->opened; // its last picture is all there is
        ComparisonView::Column pane;
        pane.name = columnName(column);
        if (!frames.isEmpty())
            pane.picture = frames.at(only ? 0 : std::min<qsizetype>(shownScale(), frames.size() - 1)).picture;
        pane.finalSize = !column.finalSize.isEmpty() ? column.finalSize : reference->finalSize;
        pane.emptyText = stateText(column);
        pane.overlay = overlayOf(column);
        columns += pane;
    }
    view_->setColumns(columns, static_cast<int>(shown.indexOf(set_.state().reference)),
                      static_cast<int>(shown.indexOf(set_.state().chosen)));
}

void ComparePlace::refreshCards() {
    cards_->arrange(set_.shown());
    const CompareColumn* reference = set_.reference();
    for (const int id : cards_->ids()) {
        const CompareColumn& column = *set_.find(id);
        ColumnCard::Contents contents;
        contents.name = columnName(column);
        contents.reference = id == reference->id;
        contents.chosen = id == set_.state().chosen;
        contents.problem = column.state == State::Failed;
        QStringList notes;
        if (contents.reference)
            notes += tr("reference");
        for (const QString& note : {stateText(column), columnDifference(column, *reference)}) {
            if (!note.isEmpty())
                notes += note;
        }
        if (id == queue_->making())
            contents.progress = desk_.queue.done();
        if (column.run) {
            const RunFigures::Known* known = figures_->of(reference->run, column.run);
            if (known && known->difference)
                contents.chip = tr("%1 dB").arg(figureText(Psnr, known->difference->picture.psnr));
            if (const auto cost = runCost(column.run->report))
                notes +=
                    tr("%1 MiB · %2 s")
                        .arg(figureText(KvMiB, mebibytes(cost->kvBytes)), figureText(Seconds, cost->seconds));
        }
        contents.note = notes.join(QStringLiteral(" · "));
        contents.toolTip =
            contents.name + (contents.note.isEmpty() ? QString() : QLatin1Char('\n') + contents.note);
        if (column.run)
            contents.toolTip += tr("\nTime: %1").arg(figureKinds().at(Seconds).toolTip);
        if (ColumnCard* card = cards_->card(id))
            card->setContents(contents);
    }
}

void ComparePlace::showProgress() {
    if (ColumnCard* card = cards_->card(queue_->making())) {
        ColumnCard::Contents contents = card->contents();
        contents.progress = desk_.queue.done();
        card->setContents(contents);
    }
}

void ComparePlace::refreshQuality() {
    QVector<QualityPoint> points;
    const CompareColumn* reference = set_.reference();
    for (const CompareColumn& column : set_.columns()) {
        const RunFigures::Known* known = reference ? figures_->of(reference->run, column.run) : nullptr;
        if (!known || !known->difference)
            continue;
        const auto cost = runCost(column.run->report);
        if (!cost)
            continue;
        QualityPoint point{.policy = column.request.policy.name,
                           .name = columnName(column),
                           .mebibytes = mebibytes(cost->kvBytes)};
        point.psnr.mean = known->difference->picture.psnr;
        if (known->difference->bits)
            point.bits.mean = known->difference->bits->all * 100;
        if (const TeacherForcedFigures* forced = figures_->forced(reference->run, column.run))
            point.kl.mean = forced->kl;
        points += point;
    }
    quality_->setPoints(points);
}

/// The colours of all columns under the pointer, or else what there is to say of the place that was clicked.
void ComparePlace::showValues() {
    QStringList parts, numbered; // the same without names
    if (const auto at = view_->pointer()) {
        parts += tr("x %1, y %2").arg(int(at->x())).arg(int(at->y()));
        numbered += parts.constFirst();
        const QVector<int> shown = set_.shown();
        const QVector<QColor> colours = view_->coloursAt(*at);
        for (int i = 0; i < colours.size(); ++i) {
            const QColor& colour = colours.at(i);
            const CompareColumn* column = set_.find(shown.value(i));
            if (!column || !colour.isValid())
                continue;
            const QString value = tr("%1 %2 %3").arg(colour.red()).arg(colour.green()).arg(colour.blue());
            parts += tr("%1: %2").arg(columnName(*column), value);
            numbered += tr("%1: %2").arg(i + 1).arg(value);
        }
    } else if (const int position = positionAt(shownScale()); position >= 0) {
        const int width = set_.chosen()->run->plan.schedule[std::size_t(shownScale())].width;
        parts += tr("Clicked: scale %1, row %2, column %3")
                     .arg(shownScale() + 1)
                     .arg(position / width + 1)
                     .arg(position % width + 1);
    } else if (!set_.isEmpty()) {
        const CompareColumn *chosen = set_.chosen(), *reference = set_.reference();
        const RunFigures::Known* known =
            chosen && reference && chosen != reference ? figures_->of(reference->run, chosen->run) : nullptr;
        if (known && known->difference)
            parts += columnVerdict(*chosen, *reference, known->difference->picture.psnr);
        const bool fromFile = chosen && chosen->run && chosen->run->opened;
        parts += fromFile ? tr("Point at the pictures for their values.")
                          : tr("Click a place to ask why it differs.");
    }
    const QString separator = QStringLiteral("   ·   ");
    placeText_ = parts.join(separator);
    const bool fits = values_->fontMetrics().horizontalAdvance(placeText_) < values_->contentsRect().width();
    values_->setFullText(fits || numbered.isEmpty() ? placeText_ : numbered.join(separator));
    why_->setEnabled(spot().has_value());
    why_->setToolTip(set_.chosen() && set_.chosen() == set_.reference()
                         ? tr("Choose a picture other than the reference: it is asked where that one differs")
                         : tr("Inspect the chosen picture at the place that was clicked, where it parts from "
                              "the reference most"));
}

} // namespace scalekv::ui
