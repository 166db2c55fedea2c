#include "ui/runs/live_run.h"

namespace scalekv::ui {

void LiveRun::begin(const GenerationPlan& plan) {
    running_ = true;
    plan_ = plan;
    frames_.clear();
    kvBytes_ = QVector<qint64>(static_cast<qsizetype>(plan.schedule.size()), 0);
    Q_EMIT begun();
}

void LiveRun::addLayer(const LayerProgress& progress) {
    if (progress.scale < 0 || progress.scale >= kvBytes_.size())
        return;
    kvBytes_[progress.scale] = progress.kvBytes;
    Q_EMIT layerAdded(progress);
}

void LiveRun::addScale(const ScaleReport& report, const QImage& picture) {
    frames_ += ScaleFrame{picture, report};
    if (report.scale >= 0 && report.scale < kvBytes_.size())
        kvBytes_[report.scale] = report.kvBytes;
    Q_EMIT scaleAdded(report.scale);
}

void LiveRun::finish(const ResultPtr& result) {
    running_ = false;
    plan_ = {};
    frames_.clear(); // the result's now: they go when the list lets go of it
    kvBytes_.clear();
    Q_EMIT finished(result);
}

void LiveRun::end() {
    running_ = false;
    Q_EMIT ended();
}

} // namespace scalekv::ui
