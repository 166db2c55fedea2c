#include "ui/shell/engine_session.h"

#include "ui/shell/calibration_worker.h"
#include "ui/shell/comparison_worker.h"
#include "ui/shell/engine_worker.h"

namespace scalekv::ui {

EngineSession::EngineSession(QObject* parent)
    : QObject(parent), worker_(new EngineWorker), comparer_(new ComparisonWorker),
      calibrator_(new CalibrationWorker) {
    thread_.setObjectName(QStringLiteral("engine"));
    for (QObject* worker : {static_cast<QObject*>(worker_), static_cast<QObject*>(comparer_),
                            static_cast<QObject*>(calibrator_)}) {
        worker->moveToThread(&thread_);
        connect(&thread_, &QThread::finished, worker, &QObject::deleteLater);
    }

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
        else if (recordsRun_ || !nextLook_) // else another question has taken its place
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

    connectComparisons();
    connectCalibration();
    thread_.start();
    QMetaObject::invokeMethod(
        worker_, [worker = worker_] { worker->listDevices(); }, Qt::QueuedConnection);
}

EngineSession::~EngineSession() {
    stop_.request_stop();
    thread_.quit();
    thread_.wait();
}

void EngineSession::connectComparisons() {
    connect(comparer_, &ComparisonWorker::progressed, this, &EngineSession::comparisonProgressed);
    connect(comparer_, &ComparisonWorker::measured, this, &EngineSession::measured);
    connect(comparer_, &ComparisonWorker::compareStarted, this, &EngineSession::compareStarted);
    connect(comparer_, &ComparisonWorker::fullFinished, this, &EngineSession::fullFinished);
    connect(comparer_, &ComparisonWorker::choiceFinished, this, &EngineSession::choiceFinished);

    connect(comparer_, &ComparisonWorker::measureFinished, this, [this] {
        setState(State::Idle);
        Q_EMIT measureFinished();
        workEnded();
    });
    connect(comparer_, &ComparisonWorker::compareFinished, this, [this](const ComparisonPtr& comparison) {
        setState(State::Idle);
        Q_EMIT compareFinished(comparison);
        workEnded();
    });
    connect(comparer_, &ComparisonWorker::failed, this, [this](const QString& message) {
        setState(State::Idle);
        Q_EMIT comparisonFailed(message);
        workEnded();
    });
    connect(comparer_, &ComparisonWorker::stopped, this, [this] {
        setState(State::Idle);
        Q_EMIT comparisonStopped();
        workEnded();
    });
}

void EngineSession::connectCalibration() {
    connect(calibrator_, &CalibrationWorker::progressed, this, &EngineSession::calibrationProgressed);
    connect(calibrator_, &CalibrationWorker::finished, this,
            [this](const QString& file, const CalibrationPtr& calibration) {
                setState(State::Idle);
                Q_EMIT calibrated(file, calibration);
                workEnded();
            });
    connect(calibrator_, &CalibrationWorker::failed, this, [this](const QString& message) {
        setState(State::Idle);
        Q_EMIT calibrationFailed(message);
        workEnded();
    });
    connect(calibrator_, &CalibrationWorker::stopped, this, [this] {
        setState(State::Idle);
        Q_EMIT calibrationStopped();
        workEnded();
    });
}

std::optional<GenerationPlan> EngineSession::plan(const GenerationRequest& request) const {
    const std::shared_ptr<const Model> model = weights().lock();
    return model ? std::optional(prepare(model, request).plan()) : std::nullopt;
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
    recordsRun_ = false;
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

bool EngineSession::mayBegin() const {
    return model_ && state_ == State::Idle;
}

std::weak_ptr<const Model> EngineSession::weights() const {
    return model_ ? model_->weights : std::weak_ptr<const Model>();
}

bool EngineSession::beginWork(State state, std::function<void(EngineWorker&, const std::stop_token&)> work) {
    if (!mayBegin())
        return false;
    begin(state, std::move(work));
    return true;
}

bool EngineSession::generate(const GenerationRequest& request) {
    if (!mayBegin())
        return false;
    recordsPicture_ = recording_;
    begin(State::Generating,
          [request, record = recording_](EngineWorker& worker, const std::stop_token& stop) {
              worker.generate(request, record, stop);
          });
    return true;
}

bool EngineSession::measure(const MeasureJob& job) {
    return beginWork(State::Comparing, [comparer = comparer_, model = weights(),
                                        job](EngineWorker& /*worker*/, const std::stop_token& stop) {
        comparer->measure(model.lock(), job, stop);
    });
}

bool EngineSession::compare(const CompareJob& job) {
    return beginWork(State::Comparing, [comparer = comparer_, model = weights(),
                                        job](EngineWorker& /*worker*/, const std::stop_token& stop) {
        comparer->compare(model.lock(), job, stop);
    });
}

bool EngineSession::calibrate(const CalibrateJob& job) {
    return beginWork(State::Calibrating, [calibrator = calibrator_, model = weights(),
                                          job](EngineWorker& /*worker*/, const std::stop_token& stop) {
        calibrator->calibrate(model.lock(), job, stop);
    });
}

bool EngineSession::record(const ResultPtr& run) {
    if (!beginWork(State::Looking,
                   [run](EngineWorker& worker, const std::stop_token& stop) { worker.record(run, stop); }))
        return false;
    recordsRun_ = true;
    return true;
}

void EngineSession::look(const ResultPtr& run, const std::vector<ScaleBits>& bits,
                         const LookQuestion& question) {
    if (state_ == State::Looking) {
        nextLook_ = [this, run, bits, question] { look(run, bits, question); };
        if (!recordsRun_)
            stop_.request_stop();
    } else if (mayBegin()) {
        begin(State::Looking, [run, bits, question](EngineWorker& worker, const std::stop_token& stop) {
            worker.look(run, bits, question, stop);
        });
    }
}

void EngineSession::stop() {
    next_.reset();
    nextLook_ = nullptr;
    stop_.request_stop();
}

void EngineSession::stopLook() {
    if (state_ != State::Looking)
        return;
    if (!recordsRun_)
        stop_.request_stop();
    if (std::exchange(nextLook_, nullptr) && recordsRun_)
        Q_EMIT lookStopped();
}

void EngineSession::stopWork() {
    stop_.request_stop();
}

void EngineSession::workEnded() {
    if (state_ != State::Idle)
        return;
    const auto look = std::exchange(nextLook_, nullptr);
    if (next_) {
        if (look)
            Q_EMIT lookStopped();
        startLoading();
    } else if (look) {
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
