#pragma once

#include "ui/runs/live_run.h"
#include "ui/runs/work_list.h"
#include "ui/shell/memory_question.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <chrono>

namespace scalekv::ui {

class EngineSession;

/// Has the engine do what the list says, one thing after the other: whoever wants a picture made, a run
/// recorded or runs compared puts that into the list. Only looks into a run go past it, and give way to it.
class WorkQueue : public QObject {
    Q_OBJECT
public:
    /// After so many failures in a row it pauses: what waits would fail, too.
    static constexpr int kMostFailures = 3;

    WorkQueue(EngineSession& session, LiveRun& live, QObject* parent = nullptr);

    WorkList& list() { return list_; }
    const WorkList& list() const { return list_; }

    /// Puts work behind what waits; where it names no model, it is for the one in use. Begins at once if it
    /// can. The ids in the list.
    int add(QueuedWork work);
    QVector<int> add(QVector<QueuedWork> works);
    /// Work as it was, before `row` of the list; it begins when its turn comes.
    void put(int row, QVector<QueuedWork> works);
    /// Takes work out; what runs is ended. Gives it back, as it was, waiting.
    QVector<QueuedWork> cancel(const QVector<int>& ids);
    /// Lets work wait until it is let go on; what runs is ended and begins anew then.
    void hold(const QVector<int>& ids, bool held);
    /// What was stopped or has failed waits once more, in front.
    void retry(const QVector<int>& ids);

    bool isPaused() const { return paused_; }
    /// Nothing new is begun until resume(); what runs is finished.
    void pause();
    void resume();
    /// Goes on where it paused of itself, or because what ran was stopped; what pause() has asked for stays.
    void resumeStopped();
    /// The user has stopped what runs: if anything waits, the queue pauses.
    void stop();

    /// Null: nothing of it.
    const QueuedWork* running() const { return list_.find(running_); }
    /// Of what runs, 0 … 1.
    double done() const { return done_; }
    /// That wait, and may begin.
    int waiting() const { return list_.count(WorkState::Waiting); }
    /// Whether the model in use is the one that work needs.
    bool fitsModel(const QueuedWork& work) const;
    /// Why nothing is begun although something waits, in a sentence; empty: nothing waits, or it is coming.
    QString obstacle() const;
    /// The model that the first waiting work needs, if no work is for the one in use; empty: none, or not
    /// known where it lies.
    QString wantedModelPath() const;
    /// For all pictures that wait, by the last ones of their sizes; none: not known.
    std::optional<std::chrono::duration<double>> timeLeft() const;
    /// What a picture of this size took last; 0: none was made.
    double secondsOf(const GenerationRequest& request) const {
        return seconds_.value(QString::fromStdString(request.size));
    }

    /// Who says how much memory is free.
    void setMemoryReader(MemoryReader reader) { memory_ = std::move(reader); }
    /// Looks for something to do.
    void advance();

Q_SIGNALS:
    /// The list, what runs, or whether it pauses.
    void changed();
    void progressed(double done);
    /// A picture has begun to be drawn: LiveRun has its plan.
    void began(int id);
    /// A picture is in the list of runs; its work goes now.
    void made(const scalekv::ui::QueuedWork& work, const scalekv::ui::ResultPtr& result);
    /// Anything has come to its end, whichever: `work` says how. Still Running: it is done.
    void ended(const scalekv::ui::QueuedWork& work);
    /// Work needs more memory than is free. It is held until it is let go on, asks for less, or there is
    /// more; others that are too large wait for that, too, and are not told.
    void memoryShort(int id, const scalekv::ui::MemoryOutlook& outlook);
    /// It has paused of itself.
    void gaveUp();

private:
    const QueuedWork* next() const;
    void start(const QueuedWork& work);
    bool fitsMemory(const QueuedWork& work);
    void letGoWhatFits();
    void setPaused(bool paused);
    void hasFailed(int id, const QString& why);
    /// What runs is done.
    void finish(const ResultPtr& result = {});
    void fail(const QString& why);
    void stopped();

    EngineSession& session_;
    LiveRun& live_;
    WorkList list_;
    int running_ = 0;
    double done_ = 0;
    bool paused_ = false;
    bool pauseAsked_ = false;        ///< by pause()
    bool stopping_ = false;          ///< the user has stopped what runs
    int failures_ = 0;               ///< in a row
    QHash<QString, double> seconds_; ///< of the last picture of a size
    MemoryReader memory_ = computeMemory;
    QTimer lookAgain_; ///< while something waits for memory
};

} // namespace scalekv::ui
