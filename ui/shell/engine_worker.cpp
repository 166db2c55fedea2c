#include "ui/shell/engine_worker.h"

#include "scalekv/error.h"
#include "ui/runs/image_convert.h"
#include "ui/shell/engine_message.h"

#include <QCoreApplication>

#include <utility>

namespace scalekv::ui {
namespace {

ModelSummary summarize(const Model& model, const QString& path) {
    ModelSummary summary;
    summary.path = path;
    summary.files = model.files();
    summary.identity = model.identity();
    summary.layers = model.layers();
    summary.heads = model.heads();
    if (const RoleTable* roles = model.roles())
        summary.roles = *roles;
    summary.pixelsPerToken = model.pixelsPerToken();
    summary.parameters = model.parameters();
    summary.weightBytes = model.weightBytes();
    summary.precision = QString::fromStdString(model.precision());
    summary.device = QString::fromStdString(model.device());
    for (const std::string& note : model.notes())
        summary.notes += QString::fromStdString(note);
    return summary;
}

} // namespace

/// Turns the engine's calls into the worker's signals, and keeps every scale's picture for the result.
class EngineWorker::Observer final : public GenerationObserver {
public:
    Observer(EngineWorker& worker, const GenerationPlan& plan)
        : worker_(worker), result_(std::make_shared<GenerationResult>()) {
        result_->plan = plan;
        Q_EMIT worker_.generationStarted(plan);
    }

    void scaleStarted(int scale, MapSize /*map*/) override { Q_EMIT worker_.scaleStarted(scale); }

    void layerFinished(const LayerProgress& progress) override {
        pending_ += progress;
        const bool lastOfScale =
            progress.layer + 1 == result_->plan.layers; // the end of a scale must not be lost
        if (gate_.lets(lastOfScale))
            Q_EMIT worker_.layersFinished(std::exchange(pending_, {}));
    }

    void progressed(const Progress& progress) override { worker_.tellProgress(progress); }

    void bitsChosen(int scale, const ScaleBits& bits) override {
        result_->bits.push_back(bits);
        Q_EMIT worker_.bitsChosen(scale, bits);
    }

    void scaleFinished(const ScaleReport& report, std::span<const RgbImage> images) override {
        const QImage picture = images.empty() ? QImage() : toQImage(images.front());
        result_->frames += ScaleFrame{picture, report};
        Q_EMIT worker_.scaleFinished(report, picture);
    }

    ResultPtr takeResult(GenerationReport report) {
        result_->image = std::move(report.images.front());
        report.images.clear();
        result_->report = std::move(report);
        result_->recipe = recipeOf(result_->plan.request, worker_.summary_.identity, result_->report,
                                   QCoreApplication::applicationVersion().toStdString());
        result_->modelPath = worker_.summary_.path;
        return std::move(result_);
    }

private:
    EngineWorker& worker_;
    std::shared_ptr<GenerationResult> result_;
    QVector<LayerProgress> pending_;
    SignalGate gate_;
};

/// Keeps what a repeated run shows, and nothing of its picture.
class EngineWorker::Recorder final : public GenerationObserver {
public:
    Recorder(EngineWorker& worker, const GenerationPlan& plan, int heads)
        : worker_(worker), record_(plan.schedule, plan.layers, heads) {}

    void progressed(const Progress& progress) override { worker_.tellProgress(progress); }
    void layerFinished(const LayerProgress& progress) override { record_.add(progress); }
    void bitsChosen(int scale, const ScaleBits& bits) override { record_.add(scale, bits); }

    RecordPtr take() { return std::make_shared<const RunRecord>(std::move(record_)); }

private:
    EngineWorker& worker_;
    RunRecord record_;
};

EngineWorker::EngineWorker() = default;
EngineWorker::~EngineWorker() = default;

void EngineWorker::listDevices() {
    QStringList devices;
    for (const std::string& device : availableDevices())
        devices += QString::fromStdString(device);
    Q_EMIT devicesListed(devices);
}

void EngineWorker::loadModel(const ModelChoice& choice, const std::stop_token& stop) {
    try {
        Q_EMIT loadProgress(0, tr("Looking at the files"));
        const ModelFiles files = findModel(choice.path.toStdString());
        SignalGate gate;
        const auto progress = [&](double done, const std::string& what) {
            if (gate.lets())
                Q_EMIT loadProgress(done, QString::fromStdString(what));
        };
        const std::shared_ptr<const Model> model = Model::load(files, choice.options, progress, stop);
        model_ = model;
        summary_ = summarize(*model, choice.path);
        summary_.weights = model;
        Q_EMIT modelLoaded(summary_);
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT modelFailed(choice.path, messageOf(error));
    }
}

void EngineWorker::tellProgress(const Progress& progress) {
    if (progressGate_.lets(!(progress.secondsLeft > 0)))
        Q_EMIT progressed(progress);
}

void EngineWorker::generate(const GenerationRequest& request, bool record, const std::stop_token& stop) {
    if (!model_) {
        Q_EMIT rejected(tr("No model is loaded. Choose one first."));
        return;
    }
    std::optional<Generation> generation;
    try {
        generation = prepare(model_, request);
    } catch (const std::exception& error) {
        Q_EMIT rejected(messageOf(error));
        return;
    }
    try {
        Observer observer(*this, generation->plan());
        GenerationReport report = generation->run(
            observer,
            record ? watchingForRecord(Preview::EachScale) : Watching{.preview = Preview::EachScale}, stop);
        Q_EMIT finished(observer.takeResult(std::move(report)));
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT failed(messageOf(error));
    }
}

Generation EngineWorker::repeat(const ResultPtr& run) const {
    if (!model_)
        throw Error("No model is loaded, so the run cannot be repeated.");
    const std::string difference = replayDifference(run->recipe, model_->identity(), model_->precision());
    if (!difference.empty())
        throw Error(difference);
    return prepare(model_, run->request());
}

void EngineWorker::record(const ResultPtr& run, const std::stop_token& stop) {
    try {
        const Generation generation = repeat(run);
        Recorder recorder(*this, generation.plan(), model_->heads());
        const GenerationReport report = generation.run(recorder, watchingForRecord(), stop);
        if (report.images.front().pixels != run->image.pixels)
            throw Error("The repeated run drew another picture, so what it showed is not this picture's: it "
                        "was made by another release, or on another machine.");
        Q_EMIT recorded(run, recorder.take());
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT lookFailed(messageOf(error));
    }
}

void EngineWorker::look(const ResultPtr& run, const std::vector<ScaleBits>& bits,
                        const LookQuestion& question, const std::stop_token& stop) {
    try {
        Look answer = scalekv::look(
            repeat(run), bits, question, [this](const Progress& progress) { tellProgress(progress); }, stop);
        Q_EMIT looked(run, std::make_shared<const Look>(std::move(answer)));
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT lookFailed(messageOf(error));
    }
}

} // namespace scalekv::ui
