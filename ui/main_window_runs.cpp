#include "ui/main_window.h"

#include "ui/advanced_panel.h"
#include "ui/generate_form.h"
#include "ui/history_panel.h"
#include "ui/message_subjects.h"
#include "ui/model_picker.h"
#include "ui/picture_stage.h"
#include "ui/progress_strip.h"
#include "widgets/elided_label.h"
#include "widgets/kv_plot.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QFileInfo>

#include <utility>

namespace scalekv::ui {

using widgets::MessageBar;

void MainWindow::connectEngine() {
    connect(&session_, &EngineSession::stateChanged, this, &MainWindow::updateState);
    tick_.setInterval(500);
    connect(&tick_, &QTimer::timeout, this, &MainWindow::showRunningCosts);
    connect(&session_, &EngineSession::devicesListed, this, [this](const QStringList& devices) {
        form_->advanced()->setDevices(devices);
        if (std::exchange(started_, true))
            return;
        const QString first = options_.model.isEmpty() ? form_->picker()->firstPath() : options_.model;
        if (!first.isEmpty())
            openModel(first);
    });
    connect(&session_, &EngineSession::loadProgress, progress_, &ProgressStrip::showLoading);
    connect(&session_, &EngineSession::modelLoaded, this, &MainWindow::modelLoaded);
    connect(&session_, &EngineSession::modelFailed, this, &MainWindow::modelFailed);
    connect(&session_, &EngineSession::loadStopped, this, [this] {
        progress_->end();
        fellBack_ = false;
        if (!session_.nextModel())
            form_->picker()->showLoaded();
        updateState();
        showEmptyText();
    });

    connect(&session_, &EngineSession::progressed, progress_, &ProgressStrip::setProgress);
    connect(&session_, &EngineSession::generationStarted, this, [this](const GenerationPlan& plan) {
        progress_->setPlan(plan);
        history_->clearSelection();
        stage_->beginLive(plan);
    });
    connect(&session_, &EngineSession::scaleStarted, progress_, &ProgressStrip::setScale);
    connect(&session_, &EngineSession::layerFinished, this, [this](const LayerProgress& done) {
        progress_->setLayer(done);
        stage_->setLiveBytes(done.scale, done.kvBytes);
        if (stage_->isLiveShown())
            plot_->setBytes(done.scale, done.kvBytes);
    });
    connect(&session_, &EngineSession::scaleFinished, this,
            [this](const ScaleReport& report, const QImage& picture) {
                stage_->addLiveFrame(report, picture);
                if (stage_->isLiveShown())
                    plot_->setBytes(report.scale, report.kvBytes);
            });
    connect(&session_, &EngineSession::finished, this, &MainWindow::generationFinished);
    connect(&session_, &EngineSession::stopped, this, [this] {
        generationEnded();
        if (stage_->isLiveShown())
            state_->setFullText(tr("Stopped."));
    });
    connect(&session_, &EngineSession::rejected, this, [this](const QString& message) {
        generationEnded();
        form_->showProblem(message);
    });
    connect(&session_, &EngineSession::failed, this, [this](const QString& message) {
        generationEnded();
        messages_->showMessage(MessageBar::Kind::Error, subjects::kGeneration, message);
        state_->setFullText(tr("The picture could not be finished."));
    });
}

void MainWindow::generate() {
    if (session_.state() != EngineSession::State::Idle || !session_.hasModel())
        return;
    const QString problem = form_->problem();
    form_->showProblem(problem);
    if (!problem.isEmpty()) {
        form_->focusProblem();
        return;
    }
    if (form_->newSeedEachTime())
        form_->rollSeed();
    messages_->withdraw(subjects::kGeneration);
    progress_->beginGeneration();
    runTime_.start();
    tick_.start();
    session_.generate(form_->request());
}

void MainWindow::stop() {
    if (session_.state() == EngineSession::State::Idle)
        return;
    const bool gaveUpModel = session_.nextModel().has_value();
    session_.stop();
    progress_->showStopping();
    settingsAfterLoading_.reset();
    if (gaveUpModel) {
        form_->picker()->showLoaded();
        messages_->withdraw(subjects::kModel); // it said that the model comes next
    }
}

void MainWindow::openModel(const QString& path) {
    const bool busy = session_.state() == EngineSession::State::Generating;
    session_.loadModel({.path = path, .options = form_->advanced()->loadOptions()});
    form_->picker()->showChosen(path);
    updateState();
    if (busy) {
        messages_->showMessage(MessageBar::Kind::Info, subjects::kModel,
                               tr("The model is loaded when this picture is finished."));
        connect(messages_->offer(tr("Stop and load now")), &QAction::triggered, this, [this] {
            if (session_.state() != EngineSession::State::Generating)
                return;
            session_.stopAndLoad();
            progress_->showStopping();
        });
    }
}

void MainWindow::modelLoaded(const ModelSummary& model) {
    progress_->end();
    form_->setModel(model);
    if (session_.nextModel())
        form_->picker()->showChosen(session_.nextModel()->path);
    if (!std::exchange(fellBack_, false)) // else the message says why this model is here
        messages_->withdraw(subjects::kModel);
    updateState();
    showEmptyText();
    if (const ResultPtr wanted = std::exchange(settingsAfterLoading_, {});
        wanted && wanted->modelPath == model.path)
        useSettings(wanted);
    // A picture named at the start needs the model to say what of its recipe can be done.
    if (const QString picture = std::exchange(options_.picture, {}); !picture.isEmpty())
        openPicture(picture);
}

void MainWindow::modelFailed(const QString& path, const QString& message) {
    progress_->end();
    fellBack_ = false;
    settingsAfterLoading_.reset();
    if (!QFileInfo::exists(path))
        form_->picker()->forget(path);
    form_->picker()->showLoaded();
    updateState();
    showEmptyText();
    const QString& demo = options_.demoModel;
    if (!session_.hasModel() && !session_.nextModel() && !demo.isEmpty() && path != demo) {
        // The first model of this run: better the demo than nothing.
        offerAnotherModel(message + QLatin1Char('\n') + tr("The demo model is used instead."));
        fellBack_ = true;
        openModel(demo);
        return;
    }
    const QString after = session_.hasModel() ? tr("“%1” stays in use.").arg(session_.model().name())
                                              : tr("Open another model to go on.");
    offerAnotherModel(message + QLatin1Char('\n') + after);
}

void MainWindow::offerAnotherModel(const QString& message) {
    messages_->showMessage(MessageBar::Kind::Error, subjects::kModel, message);
    connect(messages_->offer(tr("Open another…")), &QAction::triggered, form_->picker(),
            &ModelPicker::openFolder);
}

void MainWindow::generationFinished(const ResultPtr& result) {
    const bool seen = stage_->isLiveShown();
    stage_->finishLive(result);
    history_->add(result, seen);
    generationEnded();
    if (!seen)
        state_->setFullText(tr("A new picture is in the history: %1").arg(result->prompt()));
}

void MainWindow::generationEnded() {
    progress_->end();
    tick_.stop();
    stage_->endLive();
    updateState();
}

} // namespace scalekv::ui
