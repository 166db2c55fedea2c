#include "scalekv/error.h"
#include "ui/generate/advanced_panel.h"
#include "ui/generate/batch/batch_dialog.h"
#include "ui/generate/cache_views.h"
#include "ui/generate/calibrate_dialog.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/generate_place.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/shell/memory_question.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/undo_offer.h"
#include "ui/text/unit_text.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>

#include <utility>

namespace scalekv::ui {

using widgets::MessageBar;

void GeneratePlace::connectEngine() {
    EngineSession& session = desk_.session;
    connect(&session, &EngineSession::stateChanged, this, [this] {
        updateState();
        showEmptyText();
    });
    connect(&session, &EngineSession::calibrated, this,
            [this](const QString& file, const CalibrationPtr& made) { calibrated(file, *made); });
    connect(&session, &EngineSession::devicesListed, form_->advanced(), &AdvancedPanel::setDevices);
    connect(&desk_.models, &ModelOpener::chosenChanged, this, [this] {
        updateState();
        showEmptyText();
    });
    connect(&desk_.models, &ModelOpener::loaded, this, [this](const ModelSummary& model) {
        form_->setModel(model);
        if (const ResultPtr wanted = std::exchange(settingsAfterLoading_, {});
            wanted && wanted->modelPath == model.path)
            useSettings(wanted);
    });
    connect(&desk_.models, &ModelOpener::failed, this, [this] { settingsAfterLoading_.reset(); });
    connect(&desk_.stop, &QAction::triggered, this, [this] { settingsAfterLoading_.reset(); });
}

void GeneratePlace::connectForm() {
    form_->setPlanner(desk_.session.planner());
    connect(form_, &GenerateForm::generateRequested, this, &GeneratePlace::generate);
    connect(form_, &GenerateForm::batchRequested, this, &GeneratePlace::askForBatch);
    connect(form_, &GenerateForm::calibrationRequested, this, &GeneratePlace::askForCalibration);
    connect(form_, &GenerateForm::stopRequested, &desk_.stop, &QAction::trigger);
    connect(form_, &GenerateForm::remarked, this, [this](const QString& text) {
        desk_.messages.showMessage(MessageBar::Kind::Warning, subjects::kLastStep, text);
    });
    connect(form_->advanced(), &AdvancedPanel::loadOptionsChanged, this,
            [this] { desk_.models.setLoadOptions(form_->advanced()->loadOptions()); });
}

void GeneratePlace::connectRuns() {
    connect(&desk_.live, &LiveRun::begun, history_, &HistoryPanel::clearSelection);
    connect(&desk_.live, &LiveRun::layerAdded, this, [this](const LayerProgress& done) {
        if (stage_->isLiveShown())
            cache_->addLayer(done);
    });
    connect(&desk_.live, &LiveRun::scaleAdded, this, [this](int scale) {
        if (stage_->isLiveShown())
            cache_->addScale(desk_.live.frames()[scale].report);
    });
    connect(&desk_.runs, &RunList::recordChanged, this, [this](const ResultPtr& result) {
        if (result == stage_->shownResult())
            showCache();
    });
    connect(cache_, &CacheViews::outdated, this, &GeneratePlace::showCache);
    connect(cache_, &CacheViews::scaleChosen, this, [this](int scale) {
        stage_->showScale(scale);
        cache_->setSelectedScale(stage_->shownScale()); // one that is to come cannot be chosen yet
    });
    connect(stage_, &PictureStage::scaleShown, cache_, &CacheViews::setSelectedScale);
    connect(&desk_.live, &LiveRun::finished, this, &GeneratePlace::runFinished);
    connect(&desk_.live, &LiveRun::ended, this, &GeneratePlace::updateState);

    connect(stage_, &PictureStage::runChanged, this, [this] {
        showCache();
        updateState();
        Q_EMIT shownRunChanged();
    });
    connect(stage_, &PictureStage::saveRequested, &desk_.pictures, &PictureDialogs::saveAs);
    connect(stage_, &PictureStage::saveFrameRequested, this, [this](const QImage& picture, int scale) {
        const ResultPtr result = stage_->shownResult();
        const QString stem = result ? result->fileStem() : QStringLiteral("picture");
        desk_.pictures.saveFrameAs(picture, QStringLiteral("%1-scale-%2").arg(stem).arg(scale + 1));
    });
    connect(stage_, &PictureStage::copied, this, [this] { desk_.status.say(tr("Copied the picture.")); });

    connect(history_, &HistoryPanel::chosen, stage_, &PictureStage::showResult);
    connect(history_, &HistoryPanel::useSettingsRequested, this, &GeneratePlace::useSettings);
    connect(history_, &HistoryPanel::saveRequested, &desk_.pictures, &PictureDialogs::saveAs);
    connect(history_, &HistoryPanel::copyRequested, this, [this](const ResultPtr& result) {
        stage_->showResult(result);
        stage_->copyPicture();
    });
    connect(history_, &HistoryPanel::removed, this, &GeneratePlace::picturesRemoved);
    connect(&desk_.undo, &QUndoStack::indexChanged, this, &GeneratePlace::keepStageInHistory);
    connect(&desk_.pictures, &PictureDialogs::opened, this, &GeneratePlace::pictureOpened);
}

void GeneratePlace::generate() {
    if (!mayGenerate())
        return;
    const QString problem = form_->problem();
    form_->showProblem(problem);
    if (!problem.isEmpty()) {
        form_->focusProblem();
        return;
    }
    if (!settleMemory())
        return;
    if (const QString why = planProblem(desk_.session.planner(), form_->request()); !why.isEmpty()) {
        form_->showProblem(why);
        return;
    }
    if (form_->newSeedEachTime())
        form_->rollSeed();
    enqueue({QueuedWork{.work = PictureWork{form_->request()}, .anyway = anyway_}});
}

void GeneratePlace::askForBatch() {
    if (!mayGenerate())
        return;
    const auto last = desk_.queue.secondsOf(form_->request());
    BatchDialog dialog(form_->request(), desk_.session.model().files, desk_.session.planner(), last,
                       window());
    if (dialog.exec() != QDialog::Accepted || !mayGenerate())
        return;
    const Batch& batch = dialog.batch();
    int sheet = 0;
    if (batch.sheet) {
        PictureSheet asked = *batch.sheet;
        asked.model = desk_.session.model().identity;
        asked.modelPath = desk_.session.model().path;
        sheet = desk_.sheets.add(asked);
    }
    QVector<QueuedWork> works;
    for (int i = 0; i < int(batch.requests.size()); ++i) {
        QueuedWork work{.work = PictureWork{batch.requests[std::size_t(i)]}};
        if (sheet != 0) {
            if (batch.sheet->firstLike(i) != i)
                continue; // one picture for both
            work.cell = SheetCell{sheet, i};
        }
        works += work;
    }
    enqueue(works);
}

void GeneratePlace::askForCalibration() {
    if (!mayGenerate())
        return;
    CalibrateDialog dialog(
        desk_.session.model(), desk_.options.calibrationPrompts,
        [this](const GenerationRequest& request) { return desk_.queue.secondsOf(request); }, window());
    if (dialog.exec() == QDialog::Accepted && mayGenerate())
        enqueue({QueuedWork{.work = dialog.job()}});
}

void GeneratePlace::calibrated(const QString& file, const Calibration& calibration) {
    desk_.messages.showMessage(
        MessageBar::Kind::Info, subjects::kCalibrating,
        tr("The model is calibrated over %1: %2.")
            .arg(countedText(qsizetype(calibration.measured.size()), tr("prompt"), tr("prompts")),
                 QDir::toNativeSeparators(file)));
    connect(desk_.messages.offer(tr("Use it")), &QAction::triggered, this, [this, file] {
        Q_EMIT wanted();
        form_->useCalibration(file);
    });
}

void GeneratePlace::enqueue(const QVector<QueuedWork>& works) {
    desk_.messages.withdraw(subjects::kGeneration); // of what was asked for before
    const int before = desk_.queue.waiting() + (desk_.queue.running() ? 1 : 0);
    desk_.queue.add(works);
    if (before > 0)
        desk_.status.say(
            works.size() == 1
                ? tr("It is in the queue, behind %1.").arg(countedText(before, tr("other"), tr("others")))
                : tr("%1 more pictures are in the queue.").arg(works.size()));
}

/// Asks where there is too little memory, and makes the settings those that were chosen. Whether to go on.
bool GeneratePlace::settleMemory() {
    const std::optional<MemoryOutlook> outlook = form_->outlook();
    anyway_ = false;
    if (!outlook || outlook->fits())
        return true;
    const Planner planner = desk_.session.planner();
    const QVector<FitOffer> offers =
        fitOffers(form_->request(), desk_.session.model().files.sizes, planner, outlook->free);
    const MemoryAnswer answer = askAboutMemory(window(), *outlook, offers);
    if (answer.kind == MemoryAnswer::Kind::Cancel)
        return false;
    if (answer.kind == MemoryAnswer::Kind::Offer)
        form_->adjust(offers[answer.offer].request, tr("making it fit into memory"));
    anyway_ = answer.kind == MemoryAnswer::Kind::Anyway;
    return mayGenerate(); // a model may have come meanwhile
}

void GeneratePlace::runFinished(const ResultPtr& result) {
    updateState();
    if (stage_->shownResult() == result) {
        history_->showAsCurrent(result);
        Q_EMIT shownRunChanged();
    } else {
        desk_.status.say(tr("A new picture is in the history: %1").arg(result->prompt()));
    }
}

void GeneratePlace::picturesRemoved(int count, int undoable) {
    QString text = count == 1 ? tr("Removed a picture from the history.")
                              : tr("Removed %1 pictures from the history.").arg(count);
    if (undoable < count)
        text += QLatin1Char(' ') + (undoable == 0 ? tr("There is no room to bring it back.")
                                                  : tr("The newest %1 can be brought back.").arg(undoable));
    if (undoable > 0)
        sayUndoable(desk_, text);
    else
        desk_.messages.showMessage(MessageBar::Kind::Info, subjects::kLastStep, text);
}

/// What was removed leaves the stage, which then shows the history's current picture, if there is one.
void GeneratePlace::keepStageInHistory() {
    const RunList& runs = desk_.runs;
    const bool running = desk_.live.isRunning();
    if (stage_->shownResult() && runs.rowOf(stage_->shownResult()) < 0) {
        if (running)
            stage_->showLive();
        else
            stage_->clear();
    }
    if (!stage_->view()->isEmpty() || running || runs.rowCount() == 0)
        return;
    const ResultPtr next = history_->current() ? history_->current() : runs.result(0);
    history_->select(next);
    stage_->showResult(next);
}

void GeneratePlace::pictureOpened(const ResultPtr& result, const QString& path) {
    Q_EMIT wanted();
    desk_.runs.insert(0, result);
    history_->showAsCurrent(result);
    stage_->showResult(result);
    useSettings(result);
    if (desk_.session.state() == EngineSession::State::Idle)
        desk_.status.say(tr("Opened %1; its settings are in the form.").arg(QFileInfo(path).fileName()));
}

void GeneratePlace::fillForm(const GenerationRequest& request, bool newSeedEachTime, const QString& what) {
    const QString remark = form_->fill(request, newSeedEachTime, what);
    if (!remark.isEmpty())
        desk_.messages.showMessage(MessageBar::Kind::Warning, subjects::kLastStep, remark);
}

QVector<RunVerb> GeneratePlace::runVerbs() {
    return {{.text = tr("&Use settings"),
             .iconName = QStringLiteral("reuse"),
             .toolTip = tr("Put prompt, seed and all settings of this picture into the form"),
             .shortcut = {},
             .perform = [this](const ResultPtr& run) {
                 Q_EMIT wanted();
                 useSettings(run ? run : stage_->shownResult());
             }}};
}

void GeneratePlace::useSettings(const ResultPtr& result) {
    const QString remark = form_->fill(result->request(), false, tr("using a picture's settings"));
    if (!desk_.session.hasModel())
        return;
    const ModelSummary& model = desk_.session.model();
    const std::string why = replayDifference(result->recipe, model.identity, model.precision.toStdString());
    QString text = QString::fromStdString(why);
    if (!remark.isEmpty())
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + remark;
    if (text.isEmpty())
        return;
    desk_.messages.showMessage(MessageBar::Kind::Warning,
                               why.empty() ? subjects::kLastStep : subjects::kModel, text);
    if (why.empty())
        return;
    if (!result->modelPath.isEmpty() && result->modelPath != model.path)
        connect(desk_.messages.offer(tr("Load it")), &QAction::triggered, this, [this, result] {
            settingsAfterLoading_ = result; // the model's own remembered settings must not win
            desk_.models.open(result->modelPath);
        });
}

} // namespace scalekv::ui
