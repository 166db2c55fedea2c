#include "ui/main_window.h"

#include "scalekv/process_memory.h"
#include "ui/advanced_panel.h"
#include "ui/form_commands.h"
#include "ui/generate_form.h"
#include "ui/history_panel.h"
#include "ui/model_picker.h"
#include "ui/picture_stage.h"
#include "ui/progress_strip.h"
#include "ui/request_text.h"
#include "widgets/elided_label.h"
#include "widgets/image_view.h"
#include "widgets/kv_plot.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kPictureFolderKey[] = "pictures/folder";

QString pictureFolder() {
    const QString folder = QSettings().value(QLatin1String(kPictureFolderKey)).toString();
    if (!folder.isEmpty() && QFileInfo(folder).isDir())
        return folder;
    return QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
}

void rememberPictureFolder(const QString& file) {
    QSettings().setValue(QLatin1String(kPictureFolderKey), QFileInfo(file).absolutePath());
}

/// The one local file or folder of a drop, empty if it is something else.
QString droppedPath(const QMimeData* data) {
    return data->hasUrls() && data->urls().size() == 1 ? data->urls().front().toLocalFile() : QString();
}

} // namespace

void MainWindow::connectPanels() {
    connect(form_, &GenerateForm::generateRequested, this, &MainWindow::generate);
    connect(form_, &GenerateForm::stopRequested, this, &MainWindow::stop);
    connect(form_, &GenerateForm::exampleChosen, this, [this](const QString& prompt) {
        GenerationRequest request = form_->request();
        request.prompts = {prompt.toStdString()};
        fillForm(request, form_->newSeedEachTime(), tr("choosing an example"));
    });
    connect(form_->picker(), &ModelPicker::chosen, this, &MainWindow::openModel);
    connect(form_->advanced(), &AdvancedPanel::loadOptionsChanged, this, [this] {
        if (session_.hasModel())
            openModel(session_.model().path);
    });

    connect(stage_, &PictureStage::runChanged, this, &MainWindow::showCurve);
    connect(stage_, &PictureStage::saveRequested, this, [this](const ResultPtr& result) {
        askWhereToSave(fileStem(result->request()),
                       [this, result](const QString& path) { savePicture(result, path); });
    });
    connect(stage_, &PictureStage::saveFrameRequested, this, [this](const QImage& picture, int scale) {
        const ResultPtr result = stage_->shownResult();
        const QString stem = result ? fileStem(result->request()) : QStringLiteral("picture");
        askWhereToSave(QStringLiteral("%1-scale-%2").arg(stem).arg(scale + 1),
                       [this, picture](const QString& path) { files_.saveFrame(picture, path); });
    });
    connect(stage_, &PictureStage::copied, this, [this] { state_->setFullText(tr("Copied the picture.")); });

    connect(history_, &HistoryPanel::chosen, stage_, &PictureStage::showResult);
    connect(history_, &HistoryPanel::useSettingsRequested, this, &MainWindow::useSettings);
    connect(history_, &HistoryPanel::saveRequested, this, [this](const ResultPtr& result) {
        askWhereToSave(fileStem(result->request()),
                       [this, result](const QString& path) { savePicture(result, path); });
    });
    connect(history_, &HistoryPanel::copyRequested, this, [this](const ResultPtr& result) {
        stage_->showResult(result);
        stage_->copyPicture();
    });
    connect(history_, &HistoryPanel::removed, this, [this](int count) {
        const QString text = count == 1 ? tr("Removed a picture from the history.")
                                        : tr("Removed %1 pictures from the history.").arg(count);
        messages_->showMessage(MessageBar::Kind::Info, text, tr("Undo"), [this] { undo_.undo(); });
    });

    connect(&files_, &PictureFiles::saved, this, [this](const QString& path) {
        state_->setFullText(tr("Saved %1").arg(QDir::toNativeSeparators(path)));
    });
    connect(&files_, &PictureFiles::saveFailed, this, [this](const QString&, const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, tr("The picture was not saved. %1").arg(message));
    });
    connect(&files_, &PictureFiles::opened, this, &MainWindow::pictureOpened);
    connect(&files_, &PictureFiles::withoutRecipe, this, [this](const QString& path) {
        messages_->showMessage(
            MessageBar::Kind::Warning,
            tr("%1 carries no recipe. Only pictures saved by ScaleKV have one, and programs that "
               "edit or convert a picture often remove it.")
                .arg(QFileInfo(path).fileName()));
    });
    connect(&files_, &PictureFiles::openFailed, this, [this](const QString&, const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, tr("The picture was not opened. %1").arg(message));
    });
}

void MainWindow::connectEngine() {
    connect(&session_, &EngineSession::stateChanged, this, &MainWindow::updateState);
    tick_.setInterval(500);
    connect(&tick_, &QTimer::timeout, this, &MainWindow::showRunningTimes);
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
        state_->setFullText(tr("Stopped."));
    });
    connect(&session_, &EngineSession::rejected, this, [this](const QString& message) {
        generationEnded();
        form_->showProblem(message);
    });
    connect(&session_, &EngineSession::failed, this, [this](const QString& message) {
        generationEnded();
        messages_->showMessage(MessageBar::Kind::Error, message);
        state_->setFullText(tr("The picture could not be finished."));
    });
}

void MainWindow::generate() {
    if (session_.state() != EngineSession::State::Idle || !session_.hasModel())
        return;
    const QString problem = form_->problem();
    form_->showProblem(problem);
    if (!problem.isEmpty()) {
        form_->focusPrompt();
        return;
    }
    if (form_->newSeedEachTime())
        form_->rollSeed();
    messages_->hide();
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
    if (gaveUpModel)
        form_->picker()->showLoaded();
}

void MainWindow::openModel(const QString& path) {
    const bool busy = session_.state() == EngineSession::State::Generating;
    session_.loadModel({.path = path, .options = form_->advanced()->loadOptions()});
    form_->picker()->showChosen(path);
    updateState();
    if (busy) {
        messages_->showMessage(MessageBar::Kind::Info,
                               tr("The model is loaded when this picture is finished."),
                               tr("Stop and load now"), [this] {
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
        messages_->hide();
    updateState();
    showEmptyText();
    // A picture named at the start needs the model to say what of its recipe can be done.
    if (const QString picture = std::exchange(options_.picture, {}); !picture.isEmpty())
        openPicture(picture);
}

void MainWindow::modelFailed(const QString& path, const QString& message) {
    progress_->end();
    if (!QFileInfo::exists(path))
        form_->picker()->forget(path);
    form_->picker()->showLoaded();
    updateState();
    showEmptyText();
    const QString& demo = options_.demoModel;
    if (!session_.hasModel() && !session_.nextModel() && !demo.isEmpty() && path != demo) {
        // The first model of this run: better the demo than nothing.
        messages_->showMessage(MessageBar::Kind::Error,
                               message + QLatin1Char('\n') + tr("The demo model is used instead."),
                               tr("Open another…"), [this] { form_->picker()->openFolder(); });
        fellBack_ = true;
        openModel(demo);
        return;
    }
    const QString after = session_.hasModel() ? tr("“%1” stays in use.").arg(session_.model().name())
                                              : tr("Open another model to go on.");
    messages_->showMessage(MessageBar::Kind::Error, message + QLatin1Char('\n') + after, tr("Open another…"),
                           [this] { form_->picker()->openFolder(); });
}

void MainWindow::updateState() {
    const auto state = session_.state();
    const bool busy = state != EngineSession::State::Idle;
    const bool ready = !busy && session_.hasModel();
    generateAction_->setEnabled(ready);
    stopAction_->setEnabled(busy);
    QString why = tr("Make the picture (Ctrl+Enter)");
    switch (state) {
    case EngineSession::State::Loading:
        why = tr("The model is being loaded");
        state_->setFullText(tr("Loading the model"));
        break;
    case EngineSession::State::Generating:
        why = tr("A picture is being made; Esc stops it");
        state_->setFullText(tr("Generating"));
        break;
    case EngineSession::State::Idle:
        if (!session_.hasModel())
            why = tr("Open a model first");
        state_->setFullText(session_.hasModel() ? tr("Ready") : tr("No model"));
        break;
    }
    form_->setReady(ready, busy, why);
}

void MainWindow::showEmptyText() {
    widgets::ImageView* view = stage_->view();
    if (session_.hasModel())
        view->setEmptyText(
            tr("Type a prompt and press Generate"),
            tr("Or choose one of the examples. A saved picture dropped here brings its settings back."));
    else if (session_.state() == EngineSession::State::Loading || !started_)
        view->setEmptyText(tr("Loading the model…"), tr("You can type a prompt already."));
    else
        view->setEmptyText(tr("No model is open"),
                           tr("Choose File → Open model folder…, or drop a model's folder here."));
}

void MainWindow::generationFinished(const ResultPtr& result) {
    const bool seen = stage_->isLiveShown();
    stage_->finishLive(result);
    history_->add(result, seen);
    generationEnded();
    showTimes(result->report);
    state_->setFullText(tr("Finished: %1").arg(result->prompt()));
}

void MainWindow::generationEnded() {
    progress_->end();
    tick_.stop();
    showRunningTimes();
    stage_->endLive();
    updateState();
}

void MainWindow::showRunningTimes() {
    time_->setText(secondsText(static_cast<double>(runTime_.elapsed()) / 1000.0));
    memory_->setText(tr("peak %1").arg(byteText(peakResidentBytes())));
}

void MainWindow::showTimes(const GenerationReport& report) {
    time_->setText(secondsText(report.totalSeconds));
    time_->setToolTip(
        tr("Time of the last picture; %1 of it for reading the prompt").arg(secondsText(report.textSeconds)));
    memory_->setText(tr("peak %1").arg(byteText(report.peakResidentBytes)));
    memory_->setToolTip(tr("Most memory this program has had at any time\nWeights of the model: %1\nKV cache "
                           "of the last picture: %2")
                            .arg(byteText(report.weightBytes), byteText(report.peakKvBytes)));
}

void MainWindow::showCurve() {
    const PictureStage::CacheCurve curve = stage_->cacheCurve();
    plot_->begin(curve.maps, curve.fullBytes);
    for (int scale = 0; scale < curve.bytes.size(); ++scale)
        plot_->setBytes(scale, curve.bytes[scale]);
}

void MainWindow::fillForm(const GenerationRequest& request, bool newSeedEachTime, const QString& what) {
    auto* command = new FillForm(*form_, request, newSeedEachTime, what);
    undo_.push(command);
    if (!command->remark().isEmpty())
        messages_->showMessage(MessageBar::Kind::Warning, command->remark());
}

void MainWindow::useSettings(const ResultPtr& result) {
    fillForm(result->request(), false, tr("using a picture's settings"));
    const QString made = QString::fromStdString(result->recipe.model.name);
    if (!session_.hasModel() || made == session_.model().name())
        return;
    const QString text = tr("This picture was made with the model “%1”.").arg(made);
    if (result->modelPath.isEmpty()) {
        messages_->showMessage(MessageBar::Kind::Warning,
                               text + QLatin1Char(' ') + tr("Open that model to make it again."));
    } else {
        messages_->showMessage(MessageBar::Kind::Info, text, tr("Load it"),
                               [this, path = result->modelPath] { openModel(path); });
    }
}

void MainWindow::openPicture(const QString& path) {
    rememberPictureFolder(path);
    files_.open(path);
}

void MainWindow::pictureOpened(const ResultPtr& result, const QString& path) {
    history_->add(result, true);
    stage_->showResult(result);
    state_->setFullText(tr("Opened %1; its settings are in the form.").arg(QFileInfo(path).fileName()));
    useSettings(result);
}

void MainWindow::savePicture(const ResultPtr& result, const QString& path) {
    files_.save(result, path);
}

void MainWindow::askWhereToSave(const QString& stem, const std::function<void(const QString&)>& save) {
    QFileDialog dialog(this, tr("Save picture"), pictureFolder(), tr("PNG pictures (*.png)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(QStringLiteral("png"));
    dialog.selectFile(stem + QStringLiteral(".png"));
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty())
        return;
    const QString path = dialog.selectedFiles().front();
    rememberPictureFolder(path);
    save(path);
}

void MainWindow::askForPicture() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a picture with a recipe"),
                                                      pictureFolder(), tr("PNG pictures (*.png)"));
    if (!path.isEmpty())
        openPicture(path);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    // Nobody wants to open the picture that is being dragged out of here.
    if (!event->source() && !droppedPath(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = droppedPath(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    if (path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive))
        openPicture(path);
    else
        openModel(path);
}

} // namespace scalekv::ui
