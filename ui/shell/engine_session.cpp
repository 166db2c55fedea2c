#include "ui/shell/engine_session.h"

#include "ui/shell/engine_worker.h"

namespace scalekv::ui {

EngineSession::EngineSession(QObject* parent) : QObject(parent), worker_(new EngineWorker) {
    thread_.setObjectName(QStringLiteral("engine"));
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);

    connect(worker_, &EngineWorker::devicesListed, this, &EngineSession::devicesListed);
    connect(worker_, &EngineWorker::loadProgress, this, &EngineSession::loadProgress);
    connect(worker_, &EngineWorker::generationStarted, this, &EngineSession::generationStarted);
    connect(worker_, &EngineWorker::progressed, this, &EngineSession::progressed);
    connect(worker_, &EngineWorker::scaleStarted, this, &EngineSession::scaleStarted);
    connect(worker_, &EngineWorker::layerFinished, this, &EngineSession::layerFinished);
    connect(worker_, &EngineWorker::scaleFinished, this, &EngineSession::scaleFinished);

    // The state changes before anybody hears of the end, so that a listener may begin the next thing at once.
    connect(worker_, &EngineWorker::modelLoaded, this, [this](const ModelSummary& model) {
        model_ = model;
        setState(State::Idle);
        Q_EMIT modelLoaded(model);
        workEnded();
    });
    connect(worker_, &EngineWorker::modelFailed, this, [this](const QString& path, const QString& message) {
        setState(State::Idle);
        Q_EMIT modelFailed(path, message);
        workEnded();
    });
    connect(worker_, &EngineWorker::finished, this, [this](const ResultPtr& result) {
        setState(State::Idle);
        Q_EMIT finished(result);
        workEnded();
    });
    connect(worker_, &EngineWorker::rejected, this, [this](const QString& message) {
        setState(State::Idle);
        Q_EMIT rejected(message);
        workEnded();
    });
    connect(worker_, &EngineWorker::failed, this, [this](const QString& message) {
        setState(State::Idle);
        Q_EMIT failed(message);
        workEnded();
    });
    connect(worker_, &EngineWorker::stopped, this, [this] {
        const bool wasLoading = state_ == State::Loading;
        setState(State::Idle);
        if (wasLoading)
            Q_EMIT loadStopped();
        else
            Q_EMIT stopped();
        workEnded();
    });

    thread_.start();
    QMetaObject::invokeMethod(
        worker_, [worker = worker_] { worker->listDevices(); }, Qt::QueuedConnection);
}

EngineSession::~EngineSession() {
    stop_.request_stop();
    thread_.quit();
    thread_.wait();
}

void EngineSession::loadModel(const ModelChoice& choice) {
    next_ = choice;
    if (state_ == State::Idle)
        startLoading();
    else if (state_ == State::Loading)
        stop_.request_stop(); // the one that loads is no longer wanted
}

void EngineSession::startLoading() {
    stop_ = std::stop_source();
    setState(State::Loading);
    QMetaObject::invokeMethod(
        worker_,
        [worker = worker_, choice = *std::exchange(next_, std::nullopt), token = stop_.get_token()] {
            worker->loadModel(choice, token);
        },
        Qt::QueuedConnection);
}

void EngineSession::generate(const GenerationRequest& request) {
    if (state_ != State::Idle || !model_)
        return;
    stop_ = std::stop_source();
    setState(State::Generating);
    QMetaObject::invokeMethod(
        worker_, [worker = worker_, request, token = stop_.get_token()] { worker->generate(request, token); },
        Qt::QueuedConnection);
}

void EngineSession::stop() {
    next_.reset();
    stop_.request_stop();
}

void EngineSession::stopAndLoad() {
    stop_.request_stop();
}

void EngineSession::workEnded() {
    if (next_ && state_ == State::Idle)
        startLoading();
}

void EngineSession::setState(State state) {
    if (state == state_)
        return;
    state_ = state;
    Q_EMIT stateChanged(state);
}

} // namespace scalekv::ui
