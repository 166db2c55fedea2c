#include "ui/shell/model_opener.h"

#include "ui/shell/message_subjects.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>

#include <utility>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {
constexpr char kFolderKey[] = "models/folder";
}

ModelOpener::ModelOpener(EngineSession& session, RecentModels& recent, widgets::MessageBar& messages,
                         const QString& wanted, QObject* parent)
    : QObject(parent), session_(session), recent_(recent), messages_(messages), wanted_(wanted) {
    connect(&session_, &EngineSession::devicesListed, this, [this] {
        if (std::exchange(started_, true))
            return;
        const QString first = wanted_.isEmpty() ? recent_.first() : wanted_;
        if (first.isEmpty())
            Q_EMIT chosenChanged();
        else
            open(first);
    });
    connect(&session_, &EngineSession::modelLoaded, this, &ModelOpener::modelLoaded);
    connect(&session_, &EngineSession::modelFailed, this, &ModelOpener::modelFailed);
    connect(&session_, &EngineSession::loadStopped, this, [this] {
        fellBack_ = false;
        if (!session_.nextModel())
            loading_.clear();
        Q_EMIT chosenChanged();
    });
}

QString ModelOpener::chosenPath() const {
    if (!loading_.isEmpty())
        return loading_;
    return session_.hasModel() ? RecentModels::clean(session_.model().path) : QString();
}

void ModelOpener::setLoadOptions(const LoadOptions& options) {
    options_ = options;
    if (const auto next = session_.nextModel())
        open(next->path);
    else if (session_.hasModel())
        open(session_.model().path);
}

void ModelOpener::open(const QString& path) {
    const EngineSession::State state = session_.state();
    const bool busy = state == EngineSession::State::Generating || state == EngineSession::State::Comparing ||
                      state == EngineSession::State::Calibrating;
    session_.loadModel({.path = path, .options = options_});
    loading_ = RecentModels::clean(path);
    Q_EMIT chosenChanged();
    if (!busy)
        return;
    messages_.showMessage(MessageBar::Kind::Info, subjects::kModel,
                          state == EngineSession::State::Generating
                              ? tr("The model is loaded when this picture is finished.")
                          : state == EngineSession::State::Comparing
                              ? tr("The model is loaded when the comparison is finished.")
                              : tr("The model is loaded when the other is calibrated."));
    connect(messages_.offer(tr("Stop and load now")), &QAction::triggered, this, [this, state] {
        if (session_.state() != state)
            return;
        session_.stopWork();
        Q_EMIT stopping();
    });
}

void ModelOpener::giveUpWaiting() {
    loading_.clear();
    messages_.withdraw(subjects::kModel); // it said that the model comes next
    Q_EMIT chosenChanged();
}

void ModelOpener::modelLoaded(const ModelSummary& model) {
    loading_ = session_.nextModel() ? RecentModels::clean(session_.nextModel()->path) : QString();
    recent_.use(model.path, model.name());
    if (!std::exchange(fellBack_, false)) // else the message says why this model is here
        messages_.withdraw(subjects::kModel);
    Q_EMIT loaded(model);
    Q_EMIT chosenChanged();
}

void ModelOpener::modelFailed(const QString& path, const QString& message) {
    loading_ = session_.nextModel() ? RecentModels::clean(session_.nextModel()->path) : QString();
    fellBack_ = false;
    if (!QFileInfo::exists(path))
        recent_.forget(path);
    Q_EMIT failed(path);
    Q_EMIT chosenChanged();
    const QString& demo = recent_.demoPath();
    if (!session_.hasModel() && !session_.nextModel() && !demo.isEmpty() &&
        RecentModels::clean(path) != demo) {
        // The first model of this run: better the demo than nothing.
        offerAnother(message + QLatin1Char('\n') + tr("The demo model is used instead."));
        fellBack_ = true;
        open(demo);
        return;
    }
    const QString after = session_.hasModel() ? tr("“%1” stays in use.").arg(session_.model().name())
                                              : tr("Open another model to go on.");
    offerAnother(message + QLatin1Char('\n') + after);
}

void ModelOpener::offerAnother(const QString& message) {
    messages_.showMessage(MessageBar::Kind::Error, subjects::kModel, message);
    connect(messages_.offer(tr("Open another…")), &QAction::triggered, this, &ModelOpener::askForFolder);
}

void ModelOpener::askForFolder() {
    ask(true);
}

void ModelOpener::askForFile() {
    ask(false);
}

void ModelOpener::ask(bool folder) {
    QSettings settings;
    const QString before = settings.value(QLatin1String(kFolderKey)).toString();
    QWidget* window = messages_.window();
    const QString path =
        folder ? QFileDialog::getExistingDirectory(window, tr("Open a model's folder"), before)
               : QFileDialog::getOpenFileName(
                     window, tr("Open a model"), before,
                     tr("Models (*.pth *.pt *.bin *.safetensors *.index.json model.json);;All files (*)"));
    if (path.isEmpty())
        return;
    settings.setValue(QLatin1String(kFolderKey), QFileInfo(path).absolutePath());
    open(path);
}

} // namespace scalekv::ui
