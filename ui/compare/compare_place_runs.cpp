#include "ui/compare/add_column_dialog.h"
#include "ui/compare/compare_place.h"

#include "scalekv/feasible_choices.h"
#include "ui/compare/column_text.h"
#include "ui/compare/compare_header.h"
#include "ui/compare/looking_controls.h"
#include "ui/compare/many_page.h"
#include "ui/compare/parting_panel.h"
#include "ui/compare/remembered_columns.h"
#include "ui/compare/report_writer.h"
#include "ui/runs/picture_mime_data.h"
#include "ui/shell/memory_question.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/undo_offer.h"
#include "ui/text/policy_text.h"
#include "widgets/comparison_view.h"
#include "widgets/icon.h"

#include <QAction>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QStackedWidget>

#include <algorithm>

namespace scalekv::ui {

using widgets::MessageBar;
using State = CompareColumn::State;

namespace {

/// A run of the history, dragged from another place of this window; null: something else.
ResultPtr droppedRun(const QMimeData* data) {
    const auto* picture = dynamic_cast<const PictureMimeData*>(data);
    return picture ? picture->run() : nullptr;
}

/// The PNG files of a drop.
QStringList droppedPictures(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls()) {
        const QString path = url.toLocalFile();
        if (path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive))
            paths += path;
    }
    return paths;
}

} // namespace

QVector<RunVerb> ComparePlace::runVerbs() {
    const QString group = tr("Compare"), icon = QStringLiteral("compare");
    return {{.text = tr("&Compare with the full cache"),
             .iconName = icon,
             .toolTip = tr("Make the same picture with everything kept, and see both side by side"),
             .shortcut = Qt::CTRL | Qt::Key_K,
             .perform = [this](const ResultPtr& run) { compareWithFull(run); },
             .group = group},
            {.text = tr("Compare &all policies at this budget"),
             .iconName = icon,
             .toolTip = tr("Make the same picture with every policy at the same number of bytes"),
             .shortcut = {},
             .perform = [this](const ResultPtr& run) { compareAllPolicies(run); },
             .group = group},
            {.text = tr("Add to the c&omparison"),
             .iconName = icon,
             .toolTip = tr("Put this picture beside those that are compared"),
             .shortcut = {},
             .perform =
                 [this](const ResultPtr& run) {
                     header_->setMany(false);
                     if (run)
                         addRun(run);
                     else if (desk_.live.isRunning())
                         compare(run, {});
                     Q_EMIT wanted();
                 },
             .group = group}};
}

void ComparePlace::offerVerbs(const QVector<RunVerb>& verbs) {
    verbs_ = verbs;
}

CompareColumn ComparePlace::liveColumn() const {
    CompareColumn column;
    column.request = desk_.live.plan().request;
    column.model = desk_.session.model().identity;
    column.modelPath = desk_.session.model().path;
    column.state = State::Making;
    column.finalSize = {desk_.live.plan().picture.width, desk_.live.plan().picture.height};
    return column;
}

/// A column for a request: a run of the history that is one, else one to be made.
CompareColumn ComparePlace::made(const CompareColumn& like, const GenerationRequest& request) const {
    for (int row = 0; row < desk_.runs.rowCount(); ++row) {
        const ResultPtr run = desk_.runs.result(row);
        if (!run->opened && sameRequest(request, run->request()) &&
            weightsDifference(run->recipe.model, like.model).empty())
            return columnOf(run);
    }
    return columnLike(like, request);
}

/// `remarks`: what else is to be said of them.
void ComparePlace::replaceColumns(const QVector<CompareColumn>& columns, const QStringList& remarks) {
    const bool another = !set_.isEmpty();
    changeColumns(set_, desk_.undo, tr("replacing the comparison"), [&] { set_.replace(columns); });
    setClicked({});
    if (another)
        sayUndoable(desk_, (QStringList(tr("The comparison that stood here gave way to this one.")) + remarks)
                               .join(QLatin1Char(' ')));
    else if (!remarks.isEmpty())
        desk_.messages.showMessage(MessageBar::Kind::Info, subjects::kComparing,
                                   remarks.join(QLatin1Char(' ')));
}

void ComparePlace::compare(const ResultPtr& run, const QVector<PolicyChoice>& choices,
                           const QStringList& remarks) {
    if (!run && !desk_.live.isRunning())
        return;
    const CompareColumn base = run ? columnOf(run) : liveColumn();
    QVector<CompareColumn> columns;
    for (const PolicyChoice& choice : choices) {
        const GenerationRequest request = withPolicy(base.request, choice);
        const bool itself = sameRequest(request, base.request);
        columns += itself ? base : made(base, request);
    }
    const bool there = std::any_of(columns.begin(), columns.end(), [&](const CompareColumn& column) {
        return sameRequest(column.request, base.request);
    });
    if (!there)
        columns.insert(std::min<qsizetype>(1, columns.size()), base);
    header_->setMany(false);
    replaceColumns(columns, remarks);
    if (!run) {
        for (const CompareColumn& column : set_.columns()) {
            if (column.state == State::Making)
                queue_->adoptLive(column.id);
        }
    }
    queue_->goOn();
    Q_EMIT wanted();
    view_->setFocus();
}

void ComparePlace::compareWithFull(const ResultPtr& run) {
    const GenerationRequest& request = run ? run->request() : desk_.live.plan().request;
    QVector<PolicyChoice> choices{PolicyChoice()};
    if (!request.policy.evicts()) // it is the full one: against what one would use instead
        choices += choiceOf(kUsualPolicy, kUsualBudget);
    compare(run, choices);
}

void ComparePlace::compareAllPolicies(const ResultPtr& run) {
    const CompareColumn base = run ? columnOf(run) : liveColumn();
    const Feasible policies = feasible(allPolicies(budgetOf(base.request)), base);
    compare(run, QVector<PolicyChoice>{PolicyChoice()} + policies.choices, policies.leftOut);
}

/// Those that can be made, as far as the model in use is the column's.
ComparePlace::Feasible ComparePlace::feasible(const QVector<PolicyChoice>& choices,
                                              const CompareColumn& like) const {
    const bool known =
        desk_.session.hasModel() && weightsDifference(like.model, desk_.session.model().identity).empty();
    const FeasibleChoices found = feasibleChoices(choices, [&](const PolicyChoice& choice) {
        return known ? planProblem(desk_.session.planner(), withPolicy(like.request, choice)).toStdString()
                     : std::string();
    });
    QStringList leftOut;
    for (const FeasibleChoices::LeftOut& left : found.leftOut)
        leftOut += tr("Left out: %1. %2").arg(policiesText(left.which), QString::fromStdString(left.why));
    return {{found.choices.begin(), found.choices.end()}, leftOut};
}

void ComparePlace::addChoices(const QVector<PolicyChoice>& choices) {
    const CompareColumn* reference = set_.reference();
    if (!reference)
        return;
    const Feasible possible = feasible(choices, *reference);
    QVector<GenerationRequest> requests;
    for (const PolicyChoice& choice : possible.choices)
        requests += withPolicy(reference->request, choice);
    addRequests(requests, possible.leftOut);
}

/// Those that are not there yet, as far as there is room for them.
void ComparePlace::addRequests(const QVector<GenerationRequest>& requests, const QStringList& remarks) {
    const CompareColumn like = *set_.reference();
    const auto isThere = [this](const GenerationRequest& request) {
        return std::any_of(set_.columns().begin(), set_.columns().end(), [&](const CompareColumn& column) {
            return sameRequest(request, column.request) || sameRequest(column.request, request);
        });
    };
    QStringList leftOut, said = remarks;
    if (std::all_of(requests.begin(), requests.end(), isThere)) { // no step to undo, then
        if (!requests.isEmpty())
            said.prepend(tr("All of that stands there already."));
    } else {
        changeColumns(set_, desk_.undo, tr("adding columns"), [&] {
            for (const GenerationRequest& request : requests) {
                if (!isThere(request) && set_.add(made(like, request)) == 0)
                    leftOut += policyText(request.policy);
            }
        });
    }
    if (!leftOut.isEmpty())
        said.prepend(tr("Left out: %1. %2").arg(leftOut.join(QStringLiteral(", ")), mostColumnsText()));
    if (!said.isEmpty())
        desk_.messages.showMessage(leftOut.isEmpty() ? MessageBar::Kind::Info : MessageBar::Kind::Warning,
                                   subjects::kComparing, said.join(QLatin1Char(' ')));
    queue_->goOn();
}

void ComparePlace::addRun(const ResultPtr& run) {
    for (const CompareColumn& column : set_.columns()) {
        if (column.run == run) {
            set_.choose(column.id);
            return;
        }
    }
    if (set_.isFull()) {
        desk_.messages.showMessage(MessageBar::Kind::Warning, subjects::kComparing, mostColumnsText());
        return;
    }
    changeColumns(set_, desk_.undo, tr("adding a column"), [&] { set_.choose(set_.add(columnOf(run))); });
}

void ComparePlace::openPictures(const QStringList& paths) {
    const bool idle = opening_.isEmpty();
    opening_ += paths;
    if (idle && !opening_.isEmpty())
        files_.open(opening_.constFirst());
}

void ComparePlace::openNext() {
    opening_.removeFirst();
    if (!opening_.isEmpty())
        files_.open(opening_.constFirst());
}

void ComparePlace::askForColumns() {
    const CompareColumn* reference = set_.reference();
    if (!reference)
        return;
    AddColumnDialog dialog(reference->request, desk_.session.planner(), window());
    if (dialog.exec() != QDialog::Accepted || !set_.reference())
        return;
    addRequests(dialog.requests());
    for (const CompareColumn& column : set_.columns()) {
        if (sameRequest(dialog.requests().constLast(), column.request)) {
            set_.choose(column.id);
            break;
        }
    }
}

void ComparePlace::askForPictures() {
    openPictures(desk_.pictures.askForPictures(tr("Compare saved pictures")));
}

void ComparePlace::removeColumn(int id) {
    const CompareColumn* column = set_.find(id);
    if (!column)
        return;
    const QString name = columnName(*column);
    changeColumns(set_, desk_.undo, tr("removing a column"), [&] { set_.remove(id); });
    sayUndoable(desk_, tr("Removed %1 from the comparison.").arg(name));
}

void ComparePlace::repeatHere(int id) {
    set_.update(id, [](CompareColumn& column) {
        column.state = State::Waiting;
        column.run.reset();
        column.problem.clear();
    });
    queue_->goOn();
}

void ComparePlace::setMemoryReader(const MemoryReader& reader) {
    desk_.queue.setMemoryReader(reader);
    parting_->setMemoryReader(reader);
    many_->setMemoryReader(reader);
}

/// What is offered is what Generate offers, but for a smaller picture, which could not be compared.
void ComparePlace::askAboutMemory(int id, const MemoryOutlook& outlook) {
    const CompareColumn* column = set_.find(id);
    if (!column || !window()->isVisible()) // in the background nobody answers: it is held
        return;
    const GenerationRequest wanted = column->request;
    const QVector<FitOffer> offers = fitOffers(wanted, {}, desk_.session.planner(), outlook.free);
    const MemoryAnswer answer =
        ui::askAboutMemory(window(), outlook, offers, tr("The picture of %1").arg(columnName(*column)));
    if (answer.kind != MemoryAnswer::Kind::Offer) {
        queue_->settleMemory(id, answer.kind == MemoryAnswer::Kind::Anyway);
        return;
    }
    const GenerationRequest smaller = offers[answer.offer].request;
    const bool there =
        std::any_of(set_.columns().begin(), set_.columns().end(), [&](const CompareColumn& other) {
            return other.id != id && sameRequest(smaller, other.request);
        });
    if (there)
        changeColumns(set_, desk_.undo, tr("making it fit into memory"), [&] { set_.remove(id); });
    else
        set_.update(id, [&](CompareColumn& changed) { changed.request = smaller; });
}

void ComparePlace::sayFailed(int id, const QString& problem) {
    desk_.messages.showMessage(MessageBar::Kind::Error, subjects::kGeneration, problem);
    connect(desk_.messages.offer(tr("Show")), &QAction::triggered, this, [this, id] {
        header_->setMany(false);
        set_.choose(id);
        Q_EMIT wanted();
    });
}

/// What is done, the reference first; or no more of it.
void ComparePlace::writeReport() {
    if (reports_->isWriting()) {
        reports_->stop();
        return;
    }
    std::vector<ReportWriter::Input> runs;
    const CompareColumn* reference = set_.reference();
    if (!reference || !reference->run)
        return;
    runs.push_back({reference->run, {}});
    QStringList missing;
    for (const CompareColumn& column : set_.columns()) {
        if (column.state == State::Failed)
            missing += tr("%1: %2").arg(columnName(column), column.problem);
        if (!column.run || column.id == reference->id)
            continue;
        const TeacherForcedFigures* forced = figures_->forced(reference->run, column.run);
        runs.push_back({column.run, forced ? std::optional(*forced) : std::nullopt});
    }
    reports_->askAndWrite(runs, missing);
}

/// While many pictures are seen.
void ComparePlace::hideDocks() {
    beforeMany_ = saveState();
    for (QDockWidget* dock : docks())
        dock->hide();
}

void ComparePlace::showMany(bool many) {
    if (many) {
        if (const CompareColumn* reference = set_.reference())
            many_->setRequest(reference->request);
        hideDocks();
        pages_->setCurrentWidget(many_);
    } else {
        restoreState(std::exchange(beforeMany_, {}));
    }
    refresh();
}

void ComparePlace::setClicked(std::optional<QPointF> place) {
    clicked_ = place;
    clickedIn_ = set_.reference() ? set_.reference()->finalSize : QSize();
    view_->setMark(place);
}

int ComparePlace::positionAt(int scale) const {
    const CompareColumn* chosen = set_.chosen();
    const CompareColumn* reference = set_.reference();
    if (!clicked_ || !chosen || !chosen->run || reference->finalSize.isEmpty())
        return -1;
    const ScaleSchedule& schedule = chosen->run->plan.schedule;
    if (scale < 0 || std::size_t(scale) >= schedule.size())
        return -1;
    const MapSize map = schedule[std::size_t(scale)];
    const auto along = [](double at, int extent, int cells) {
        return std::clamp(int(at / extent * cells), 0, cells - 1);
    };
    return along(clicked_->y(), reference->finalSize.height(), map.height) * map.width +
           along(clicked_->x(), reference->finalSize.width(), map.width);
}

/// Where the chosen picture parts from the reference most, at the place that was clicked.
std::optional<RunSpot> ComparePlace::spot() const {
    const CompareColumn* chosen = set_.chosen();
    if (!clicked_ || !chosen || !chosen->run || chosen->run->opened || chosen == set_.reference())
        return {};
    const PartingPanel::Most most =
        parting_->most(*chosen).value_or(PartingPanel::Most{.layer = -1, .scale = shownScale()});
    return RunSpot{.layer = most.layer, .scale = most.scale, .position = positionAt(most.scale)};
}

void ComparePlace::why() {
    if (const auto where = spot())
        inspectAt(where->layer, where->scale);
}

void ComparePlace::inspectAt(int layer, int scale) {
    const CompareColumn* chosen = set_.chosen();
    for (const RunVerb& verb : verbs_) {
        if (chosen && chosen->run && verb.performAt) {
            verb.performAt(chosen->run, {.layer = layer, .scale = scale, .position = positionAt(scale)});
            return;
        }
    }
}

QString ComparePlace::askedToClose() {
    rememberUnfinished();
    const bool pending = std::any_of(set_.columns().begin(), set_.columns().end(),
                                     [](const CompareColumn& column) { return column.isPending(); });
    promised_ = pending && unfinished_.isOurs();
    if (promised_)
        return tr("The comparison goes on at the next start.");
    return isUnfinished() && !unfinished_.isOurs()
               ? tr("The comparison is lost, as another window of the program was open first.")
               : QString();
}

void ComparePlace::keptOpen() {
    promised_ = false;
    rememberUnfinished();
}

void ComparePlace::saveSettings() {
    header_->setMany(false); // so that the docks are remembered as they are
    Place::saveSettings();
    modes_->save();
    many_->save();
    rememberUnfinished();
}

bool ComparePlace::isUnfinished() const {
    return std::any_of(set_.columns().begin(), set_.columns().end(), [](const CompareColumn& column) {
        return column.isPending() || column.state == State::Stopped;
    });
}

void ComparePlace::rememberUnfinished() {
    const bool unfinished = isUnfinished();
    if (!unfinished)
        desk_.messages.withdraw(subjects::kGoingOn);
    if (promised_)
        return;
    if (unfinished)
        unfinished_.remember(toStored(set_.state()));
    else
        unfinished_.forget();
}

void ComparePlace::restoreUnfinished() {
    const QByteArray stored = unfinished_.text();
    if (stored.isEmpty())
        return;
    const QVector<CompareColumn> columns = fromStored(stored);
    if (columns.isEmpty()) {
        desk_.messages.showMessage(
            MessageBar::Kind::Warning, subjects::kLastStep,
            tr("The comparison that was not finished cannot be read any more, and was dropped."));
        return;
    }
    set_.replace(columns);
    desk_.messages.showMessage(MessageBar::Kind::Info, subjects::kGoingOn,
                               tr("The comparison that was not finished goes on."));
    connect(desk_.messages.offer(tr("Drop it")), &QAction::triggered, this, [this] { set_.replace({}); });
    // Only while it is what it was.
    connect(&desk_.undo, &QUndoStack::indexChanged, this,
            [this] { desk_.messages.withdraw(subjects::kGoingOn); });
}

void ComparePlace::dragEnterEvent(QDragEnterEvent* event) {
    if (droppedRun(event->mimeData()) || !droppedPictures(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ComparePlace::dropEvent(QDropEvent* event) {
    if (const ResultPtr run = droppedRun(event->mimeData())) {
        event->acceptProposedAction();
        header_->setMany(false);
        addRun(run);
        return;
    }
    const QStringList paths = droppedPictures(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    header_->setMany(false);
    openPictures(paths);
}

} // namespace scalekv::ui
