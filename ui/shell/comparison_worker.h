#pragma once

#include "scalekv/teacher_forced.h"
#include "ui/runs/comparison_job.h"

#include <QImage>
#include <QObject>

#include <memory>
#include <stop_token>

namespace scalekv::ui {

/// Compares on the engine's thread. Everything it has to say comes as queued signals; pictures are converted
/// here. Both jobs end with their …Finished, failed or stopped.
class ComparisonWorker : public QObject {
    Q_OBJECT
public:
    void measure(const std::shared_ptr<const Model>& model, const MeasureJob& job,
                 const std::stop_token& stop);
    void compare(const std::shared_ptr<const Model>& model, const CompareJob& job,
                 const std::stop_token& stop);

Q_SIGNALS:
    /// At most about thirty times a second, and when a run begins.
    void progressed(const scalekv::ComparisonProgress& progress);

    void measured(const scalekv::ui::ResultPtr& reference, const scalekv::ui::ResultPtr& run,
                  const scalekv::TeacherForcedFigures& figures);
    void measureFinished();

    /// With what earlier results in the folder hold.
    void compareStarted(const scalekv::ui::ComparisonPtr& comparison);
    /// The pictures are null where the mode makes none. `again`: see ComparisonObserver.
    void fullFinished(const scalekv::FullRecord& record, const QImage& picture, bool again);
    void choiceFinished(const scalekv::ChoiceRecord& record, const QImage& picture);
    void compareFinished(const scalekv::ui::ComparisonPtr& comparison);

    void failed(const QString& message);
    void stopped();

private:
    class MeasureObserver;
    class CompareObserver;
};

} // namespace scalekv::ui
