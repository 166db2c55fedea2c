#pragma once

#include "ui/runs/generation_result.h"
#include "ui/runs/recordings.h"

#include <QObject>

namespace scalekv::ui {

/// The generation that runs, or that ran last and was stopped: what it has drawn and stored so far. Lives on
/// the window's thread; whoever shows a run in the making listens here.
class LiveRun : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    bool isRunning() const { return running_; }
    /// Nothing was begun since the start, or since the last run became a result.
    bool isEmpty() const { return plan_.schedule.empty(); }
    const GenerationPlan& plan() const { return plan_; }
    const QVector<ScaleFrame>& frames() const { return frames_; }
    /// Of every scale of the plan; 0 for those to come.
    const QVector<qint64>& kvBytes() const { return kvBytes_; }
    const RunRecord& record() const { return record_; }

public Q_SLOTS:
    void begin(const scalekv::GenerationPlan& plan, int heads = 0);
    void addLayers(const QVector<scalekv::LayerProgress>& layers);
    void addBits(int scale, const scalekv::ScaleBits& bits);
    void addScale(const scalekv::ScaleReport& report, const QImage& picture);
    /// It has become a result, which has all of this.
    void finish(const scalekv::ui::ResultPtr& result);
    /// It ended early: what it has drawn so far stays to be seen.
    void end();

Q_SIGNALS:
    void begun();
    /// Comes after the record has it.
    void layerAdded(const scalekv::LayerProgress& progress);
    /// A scale is complete and has its picture.
    void scaleAdded(int scale);
    void finished(const scalekv::ui::ResultPtr& result);
    void ended();

private:
    GenerationPlan plan_;
    QVector<ScaleFrame> frames_;
    QVector<qint64> kvBytes_;
    RunRecord record_;
    bool running_ = false;
};

} // namespace scalekv::ui
