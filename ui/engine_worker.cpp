#include "ui/engine_worker.h"

#include "scalekv/error.h"
#include "ui/image_convert.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <new>

namespace scalekv::ui {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kSignalGap = std::chrono::milliseconds(33);

/// One message for whatever was thrown. Only the engine's own errors are written for people.
QString messageOf(const std::exception& error) {
    if (dynamic_cast<const Error*>(&error))
        return QString::fromUtf8(error.what());
    if (dynamic_cast<const std::bad_alloc*>(&error))
        return EngineWorker::tr(
            "There is not enough memory. Choose a smaller size, or close other programs.");
    const QString first = QString::fromUtf8(error.what()).section(QLatin1Char('\n'), 0, 0);
    return EngineWorker::tr("The engine could not go on: %1").arg(first);
}

bool isGuided(const GenerationRequest& request) {
    return std::any_of(request.cfg.begin(), request.cfg.end(), [](double cfg) { return cfg != 1.0; });
}

/// A full cache after each scale: every scale but the last adds its tokens.
QVector<qint64> fullCacheByScale(const Model& model, const ScaleSchedule& schedule, bool guided) {
    QVector<qint64> result;
    for (std::size_t scale = 0; scale < schedule.size(); ++scale) {
        // fullCacheBytes() leaves the last map of its schedule out, so one more is given.
        const auto end = schedule.begin() + static_cast<std::ptrdiff_t>(std::min(scale + 2, schedule.size()));
        result += fullCacheBytes(model, ScaleSchedule(schedule.begin(), end), 1, guided);
    }
    return result;
}

ModelSummary summarize(const Model& model, const QString& path) {
    ModelSummary summary;
    summary.path = path;
    summary.files = model.files();
    summary.layers = model.layers();
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
    Observer(EngineWorker& worker, const GenerationRequest& request)
        : worker_(worker), guided_(isGuided(request)), result_(std::make_shared<GenerationResult>()) {
        result_->recipe.request = request;
    }

    void generationStarted(const ScaleSchedule& schedule, int layers) override {
        const Model& model = worker_.pipeline_->model();
        layers_ = layers;
        GenerationPlan plan;
        plan.schedule = schedule;
        plan.layers = layers;
        plan.finalSize = QSize(schedule.back().width, schedule.back().height) * model.pixelsPerToken();
        plan.fullCacheBytes = fullCacheByScale(model, schedule, guided_);
        result_->fullCacheBytes = plan.fullCacheBytes;
        Q_EMIT worker_.generationStarted(plan);
    }

    void scaleStarted(int scale, MapSize /*map*/) override { Q_EMIT worker_.scaleStarted(scale); }

    void layerFinished(const LayerProgress& progress) override {
        const auto now = Clock::now();
        const bool lastOfScale = progress.layer + 1 == layers_; // the end of a scale must not be lost
        if (now - lastSignal_ < kSignalGap && !lastOfScale)
            return;
        lastSignal_ = now;
        Q_EMIT worker_.layerFinished(progress);
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
        result_->recipe.modelName = worker_.summary_.files.name;
        result_->recipe.precision = result_->report.precision;
        result_->recipe.device = result_->report.device;
        result_->recipe.programVersion = QCoreApplication::applicationVersion().toStdString();
        result_->modelPath = worker_.summary_.path;
        return std::move(result_);
    }

private:
    EngineWorker& worker_;
    bool guided_;
    std::shared_ptr<GenerationResult> result_;
    int layers_ = 0;
    Clock::time_point lastSignal_;
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
        auto lastSignal = Clock::time_point();
        const auto progress = [&](double done, const std::string& what) {
            const auto now = Clock::now();
            if (now - lastSignal < kSignalGap)
                return;
            lastSignal = now;
            Q_EMIT loadProgress(done, QString::fromStdString(what));
        };
        const std::shared_ptr<const Model> model = Model::load(files, choice.options, progress, stop);
        pipeline_ = std::make_unique<Pipeline>(model);
        summary_ = summarize(*model, choice.path);
        Q_EMIT modelLoaded(summary_);
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT modelFailed(choice.path, messageOf(error));
    }
}

void EngineWorker::generate(const GenerationRequest& request, const std::stop_token& stop) {
    if (!pipeline_) {
        Q_EMIT rejected(tr("No model is loaded. Choose one first."));
        return;
    }
    try {
        pipeline_->check(request);
    } catch (const std::exception& error) {
        Q_EMIT rejected(messageOf(error));
        return;
    }
    try {
        Observer observer(*this, request);
        GenerationReport report = pipeline_->generate(request, observer, stop);
        Q_EMIT finished(observer.takeResult(std::move(report)));
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT failed(messageOf(error));
    }
}

} // namespace scalekv::ui
