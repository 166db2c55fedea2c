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
    connect(worker_, &EngineWorker::layersFinished, this, &EngineSession::layersFinished);
    connect(worker_, &EngineWorker::bitsChosen, this, &EngineSession::bitsChosen);
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
        const State was = state_;
        setState(State::Idle);
        if (was == State::Loading)
            Q_EMIT loadStopped();
        else if (was == State::Generating)
            Q_EMIT stopped();
        else if (!nextLook_) // else another question has taken its place
            Q_EMIT lookStopped();
        workEnded();
    });

    connect(worker_, &EngineWorker::recorded, this, [this](const ResultPtr& run, const RecordPtr& record) {
        setState(State::Idle);
        Q_EMIT recorded(run, record);
        workEnded();
    });
    connect(worker_, &EngineWorker::looked, this, [this](const ResultPtr& run, const LookPtr& look) {
        setState(State::Idle);
        Q_EMIT looked(run, look);
        workEnded();
    });
    connect(worker_, &EngineWorker::lookFailed, this, [this](const QString& message) {
        setState(State::Idle);
        Q_EMIT lookFailed(message);
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

std::optional<GenerationPlan> EngineSession::plan(const GenerationRequest& request) const {
    const std::shared_ptr<const Model> weights = model_ ? model_->weights.lock() : nullptr;
    return weights ? std::optional(prepare(weights, request).plan()) : std::nullopt;
}

void EngineSession::loadModel(const ModelChoice& choice) {
    next_ = choice;
    if (state_ == State::Idle)
        startLoading();
    else if (state_ == State::Loading || state_ == State::Looking)
        stop_.request_stop(); // what goes on is no longer wanted
}

void EngineSession::begin(State state, std::function<void(EngineWorker&, const std::stop_token&)> work) {
    stop_ = std::stop_source();
    setState(state);
    QMetaObject::invokeMethod(
        worker_,
        [worker = worker_, work = std::move(work), token = stop_.get_token()] { work(*worker, token); },
        Qt::QueuedConnection);
}

void EngineSession::startLoading() {
    begin(State::Loading,
          [choice = *std::exchange(next_, std::nullopt)](EngineWorker& worker, const std::stop_token& stop) {
              worker.loadModel(choice, stop);
          });
}

void EngineSession::generate(const GenerationRequest& request) {
    if (!model_)
        return;
    if (state_ == State::Looking) {
        nextPicture_ = request;
        stop_.request_stop();
    } else if (state_ == State::Idle) {
        recordsPicture_ = recording_;
        begin(State::Generating,
              [request, record = recording_](EngineWorker& worker, const std::stop_token& stop) {
                  worker.generate(request, record, stop);
              });
    }
}

void EngineSession::record(const ResultPtr& run) {
    if (state_ == State::Looking) {
        if (recordedNow_ == run)
            return;
        nextRecord_ = run;
        if (!recordedNow_)
            stop_.request_stop();
    } else if (state_ == State::Idle) {
        recordedNow_ = run;
        begin(State::Looking,
              [run](EngineWorker& worker, const std::stop_token& stop) { worker.record(run, stop); });
    }
}

void EngineSession::look(const ResultPtr& run, const std::vector<ScaleBits>& bits,
                         const LookQuestion& question) {
    if (state_ == State::Looking) {
        nextLook_ = [this, run, bits, question] { look(run, bits, question); };
        if (!recordedNow_)
            stop_.request_stop();
    } else if (state_ == State::Idle) {
        begin(State::Looking, [run, bits, question](EngineWorker& worker, const std::stop_token& stop) {
            worker.look(run, bits, question, stop);
        });
    }
}

void EngineSession::stop() {
    next_.reset();
    nextPicture_.reset();
    nextRecord_.reset();
    nextLook_ = nullptr;
    stop_.request_stop();
}

void EngineSession::stopAndLoad() {
    stop_.request_stop();
}

void EngineSession::workEnded() {
    recordedNow_.reset();
    if (state_ != State::Idle)
        return;
    const auto giveUpLooking = [this] {
        nextRecord_.reset();
        if (std::exchange(nextLook_, nullptr))
            Q_EMIT lookStopped();
    };
    if (next_) {
        nextPicture_.reset();
        giveUpLooking();
        startLoading();
    } else if (const auto request = std::exchange(nextPicture_, std::nullopt)) {
        giveUpLooking();
        generate(*request);
    } else if (const ResultPtr run = std::exchange(nextRecord_, nullptr)) {
        record(run);
    } else if (const auto look = std::exchange(nextLook_, nullptr)) {
        look();
    }
}

void EngineSession::setState(State state) {
    if (state == state_)
        return;
    state_ = state;
    Q_EMIT stateChanged(state);
}

} // namespace scalekv::ui
