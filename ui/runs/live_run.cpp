#include "ui/runs/live_run.h"

namespace scalekv::ui {

void LiveRun::begin(const GenerationPlan& plan, int heads) {
    running_ = true;
    plan_ = plan;
    frames_.clear();
    kvBytes_ = QVector<qint64>(static_cast<qsizetype>(plan.schedule.size()), 0);
    record_ = RunRecord(plan.schedule, plan.layers, heads);
    Q_EMIT begun();
}

void LiveRun::addLayers(const QVector<LayerProgress>& layers) {
    for (const LayerProgress& layer : layers) {
        if (layer.scale < 0 || layer.scale >= kvBytes_.size())
            continue;
        kvBytes_[layer.scale] = layer.kvBytes;
        record_.add(layer);
        Q_EMIT layerAdded(layer);
    }
}

void LiveRun::addBits(int scale, const ScaleBits& bits) {
    if (scale < kvBytes_.size())
        record_.add(scale, bits);
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
    record_ = {};
    Q_EMIT finished(result);
}

void LiveRun::end() {
    running_ = false;
    Q_EMIT ended();
}

} // namespace scalekv::ui
