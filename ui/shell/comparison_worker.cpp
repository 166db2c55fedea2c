#include "ui/shell/comparison_worker.h"

#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/lpips.h"
#include "scalekv/run_difference.h"
#include "ui/runs/image_convert.h"
#include "ui/shell/engine_message.h"
#include "ui/shell/signal_gate.h"

#include <QCoreApplication>

#include <utility>

namespace scalekv::ui {
namespace {

/// Lets through what is worth a signal: every new run is.
class ProgressGate {
public:
    bool lets(const ComparisonProgress& progress) {
        return gate_.lets(std::exchange(run_, progress.run) != progress.run || progress.progress.done >= 1);
    }

private:
    SignalGate gate_;
    int run_ = 0;
};

void checkSameButPolicy(const GenerationResult& reference, const GenerationResult& run) {
    const std::string difference = differenceButPolicy(run.request(), reference.request());
    if (!difference.empty())
        throw Error("Teacher forcing compares cache policies, and this run differs in more: " + difference +
                    ".");
}

TeacherForcedQuestion questionOf(const Model& model, const MeasureJob& job) {
    TeacherForcedQuestion question{job.reference->request(), job.reference->bits, {}, job.byLayer};
    if (question.bits.empty())
        throw Error(
            "The bits of the reference are not known, since it was opened from its file: repeat it here.");
    std::vector<ResultPtr> all{job.reference};
    all.insert(all.end(), job.runs.begin(), job.runs.end());
    for (const ResultPtr& run : all)
        if (const auto difference = replayDifference(run->recipe, model.identity(), model.precision());
            !difference.empty())
            throw Error(difference);
    for (const ResultPtr& run : job.runs) {
        checkSameButPolicy(*job.reference, *run);
        question.choices.push_back(run->request().policy);
    }
    return question;
}

} // namespace

class ComparisonWorker::MeasureObserver final : public TeacherForcedObserver {
public:
    MeasureObserver(ComparisonWorker& worker, const MeasureJob& job) : worker_(worker), job_(job) {}

    void progressed(const ComparisonProgress& progress) override {
        if (gate_.lets(progress))
            Q_EMIT worker_.progressed(progress);
    }
    void measured(int choice, const TeacherForcedFigures& figures) override {
        Q_EMIT worker_.measured(job_.reference, job_.runs[std::size_t(choice)], figures);
    }

private:
    ComparisonWorker& worker_;
    const MeasureJob& job_;
    ProgressGate gate_;
};

class ComparisonWorker::CompareObserver final : public ComparisonObserver {
public:
    explicit CompareObserver(ComparisonWorker& worker) : worker_(worker) {}

    void progressed(const ComparisonProgress& progress) override {
        if (gate_.lets(progress))
            Q_EMIT worker_.progressed(progress);
    }
    void started(const Comparison& comparison) override {
        Q_EMIT worker_.compareStarted(std::make_shared<const Comparison>(comparison));
    }
    void fullFinished(const FullRecord& record, const RgbImage& picture, bool again) override {
        Q_EMIT worker_.fullFinished(record, imageOf(picture), again);
    }
    void choiceFinished(const ChoiceRecord& record, const RgbImage& picture) override {
        Q_EMIT worker_.choiceFinished(record, imageOf(picture));
    }

private:
    static QImage imageOf(const RgbImage& picture) { return picture.empty() ? QImage() : toQImage(picture); }

    ComparisonWorker& worker_;
    ProgressGate gate_;
};

void ComparisonWorker::measure(const std::shared_ptr<const Model>& model, const MeasureJob& job,
                               const std::stop_token& stop) {
    try {
        if (!model)
            throw Error("No model is loaded, so the runs cannot be repeated.");
        MeasureObserver observer(*this, job);
        measureTeacherForced(*model, questionOf(*model, job), observer, stop);
        Q_EMIT measureFinished();
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT failed(messageOf(error));
    }
}

void ComparisonWorker::compare(const std::shared_ptr<const Model>& model, const CompareJob& job,
                               const std::stop_token& stop) {
    try {
        if (!model)
            throw Error("No model is loaded. Choose one first.");
        CompareObserver observer(*this);
        ComparisonSettings settings = job.settings;
        const std::shared_ptr<const Lpips> lpips =
            lpipsFor(job.folder.toStdString(), job.start, findMetricWeights({}), model->device(), settings);
        Comparison comparison = compareInto(job.folder.toStdString(), *model, std::move(settings),
                                            QCoreApplication::applicationVersion().toStdString(), job.start,
                                            observer, stop, lpips.get());
        Q_EMIT compareFinished(std::make_shared<const Comparison>(std::move(comparison)));
    } catch (const OtherResults& error) {
        Q_EMIT failed(tr("%1 Choose another folder, or tick “Start anew”.").arg(messageOf(error)));
    } catch (const Cancelled&) {
        Q_EMIT stopped();
    } catch (const std::exception& error) {
        Q_EMIT failed(messageOf(error));
    }
}

} // namespace scalekv::ui
