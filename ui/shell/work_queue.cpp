#include "ui/shell/work_queue.h"

#include "scalekv/error.h"
#include "ui/shell/engine_session.h"
#include "ui/text/unit_text.h"

#include <algorithm>
#include <utility>

namespace scalekv::ui {

using Session = EngineSession::State;

namespace {
constexpr int kLookAgain = 5000; // milliseconds: whether there is memory now
} // namespace

WorkQueue::WorkQueue(EngineSession& session, LiveRun& live, QObject* parent)
    : QObject(parent), session_(session), live_(live) {
    connect(&list_, &WorkList::changed, this, &WorkQueue::changed);
    // Later: whoever else hears of the change goes first.
    connect(&list_, &WorkList::changed, this, &WorkQueue::advance, Qt::QueuedConnection);
    connect(&session_, &EngineSession::stateChanged, this, &WorkQueue::advance, Qt::QueuedConnection);
    connect(&session_, &EngineSession::modelLoaded, this, &WorkQueue::advance, Qt::QueuedConnection);
    connect(&session_, &EngineSession::modelLoaded, this, [this] { seconds_.clear(); }); // another's pace
    lookAgain_.setSingleShot(true);
    lookAgain_.setInterval(kLookAgain);
    connect(&lookAgain_, &QTimer::timeout, this, &WorkQueue::letGoWhatFits);
    // What has begun over earlier results goes on with its own from now on.
    connect(&session_, &EngineSession::compareStarted, this, [this] {
        list_.update(running_, [](QueuedWork& work) {
            if (auto* job = std::get_if<CompareJob>(&work.work))
                job->start = ResultsStart::Continue;
        });
    });

    connect(&live_, &LiveRun::begun, this, [this] {
        if (running_ != 0)
            Q_EMIT began(running_);
    });
    const auto progress = [this](const Progress& now) {
        done_ = now.done;
        Q_EMIT progressed(done_);
    };
    connect(&session_, &EngineSession::progressed, this, progress);
    connect(&session_, &EngineSession::comparisonProgressed, this,
            [progress](const ComparisonProgress& now) { progress(now.progress); });
    connect(&session_, &EngineSession::calibrationProgressed, this, progress);

    connect(&live_, &LiveRun::finished, this, [this](const ResultPtr& result) {
        seconds_[QString::fromStdString(result->request().size)] = result->report.totalSeconds;
        finish(result);
    });
    connect(&session_, &EngineSession::recorded, this, [this] { finish(); });
    connect(&session_, &EngineSession::measureFinished, this, [this] { finish(); });
    connect(&session_, &EngineSession::compareFinished, this, [this] { finish(); });
    connect(&session_, &EngineSession::calibrated, this, [this] { finish(); });
    for (const auto failure : {&EngineSession::failed, &EngineSession::rejected, &EngineSession::lookFailed,
                               &EngineSession::comparisonFailed, &EngineSession::calibrationFailed})
        connect(&session_, failure, this, &WorkQueue::fail);
    for (const auto end : {&EngineSession::stopped, &EngineSession::lookStopped,
                           &EngineSession::comparisonStopped, &EngineSession::calibrationStopped})
        connect(&session_, end, this, &WorkQueue::stopped);
}

int WorkQueue::add(QueuedWork work) {
    return add(QVector<QueuedWork>{std::move(work)}).constFirst();
}

QVector<int> WorkQueue::add(QVector<QueuedWork> works) {
    for (QueuedWork& work : works) {
        if (work.model == ModelIdentity() && session_.hasModel()) {
            work.model = session_.model().identity;
            work.modelPath = session_.model().path;
        }
    }
    QVector<int> ids = list_.insert(list_.pending(), std::move(works));
    advance();
    return ids;
}

void WorkQueue::put(int row, QVector<QueuedWork> works) {
    list_.insert(std::clamp(row, 0, list_.pending()), std::move(works));
}

QVector<QueuedWork> WorkQueue::cancel(const QVector<int>& ids) {
    const bool runs = running_ != 0 && ids.contains(running_);
    if (runs)
        running_ = 0; // before anybody hears that it is gone
    QVector<QueuedWork> works = list_.take(ids);
    for (QueuedWork& work : works) {
        if (work.state == WorkState::Running)
            work.state = WorkState::Waiting;
    }
    if (runs)
        session_.stopWork();
    return works;
}

void WorkQueue::hold(const QVector<int>& ids, bool held) {
    QVector<int> those;
    for (const int id : ids) {
        const QueuedWork* work = list_.find(id);
        if (work && work->isPending() && (work->state == WorkState::Held) != held)
            those += id;
    }
    const bool runs = running_ != 0 && those.contains(running_);
    if (runs)
        running_ = 0;
    list_.update(those, [held](QueuedWork& work) {
        work.anyway |= !held && work.heldFor == HeldFor::Memory; // that is the answer
        work.state = held ? WorkState::Held : WorkState::Waiting;
        work.heldFor = HeldFor::User;
        work.problem.clear();
    });
    if (runs)
        session_.stopWork();
}

void WorkQueue::retry(const QVector<int>& ids) {
    QVector<int> those;
    for (const int id : ids) {
        const QueuedWork* work = list_.find(id);
        if (work && !work->isPending())
            those += id;
    }
    list_.update(those, [](QueuedWork& work) {
        work.state = WorkState::Waiting;
        work.problem.clear();
    });
    list_.setOrder(those); // what runs stays in front
    failures_ = 0;
}

void WorkQueue::setPaused(bool paused) {
    if (std::exchange(paused_, paused) != paused)
        Q_EMIT changed();
}

void WorkQueue::pause() {
    pauseAsked_ = true;
    setPaused(true);
}

void WorkQueue::resume() {
    failures_ = 0;
    pauseAsked_ = false;
    setPaused(false);
    advance();
}

void WorkQueue::resumeStopped() {
    if (!pauseAsked_)
        resume();
}

void WorkQueue::stop() {
    stopping_ = running_ != 0;
    if (stopping_ && waiting() > 0)
        setPaused(true);
    session_.stop();
}

bool WorkQueue::fitsModel(const QueuedWork& work) const {
    return session_.hasModel() && weightsDifference(work.model, session_.model().identity).empty();
}

const QueuedWork* WorkQueue::next() const {
    for (const QueuedWork& work : list_.all()) {
        if (work.state == WorkState::Waiting && fitsModel(work))
            return &work;
    }
    return nullptr;
}

QString WorkQueue::obstacle() const {
    const int number = waiting();
    if (number == 0 || running())
        return {};
    const QString waits = number == 1 ? tr("1 waits") : tr("%1 wait").arg(number);
    if (paused_)
        return tr("Paused; %1.").arg(waits);
    if (next())
        return {};
    for (const QueuedWork& work : list_.all()) {
        if (work.state == WorkState::Waiting)
            return tr("%1 for the model %2, which is not in use.")
                .arg(waits, QString::fromStdString(work.model.name));
    }
    return {};
}

QString WorkQueue::wantedModelPath() const {
    if (next())
        return {};
    for (const QueuedWork& work : list_.all()) {
        if (work.state == WorkState::Waiting)
            return work.modelPath;
    }
    return {};
}

std::optional<std::chrono::duration<double>> WorkQueue::timeLeft() const {
    double seconds = 0;
    for (const QueuedWork& work : list_.all()) {
        if (!fitsModel(work) || (work.state != WorkState::Waiting && work.id != running_))
            continue;
        const GenerationRequest* request = work.request();
        if (!request)
            return {};
        const double one = secondsOf(*request);
        if (one <= 0)
            return {};
        seconds += work.id == running_ ? one * (1 - done_) : one;
    }
    return std::chrono::duration<double>(seconds);
}

void WorkQueue::advance() {
    // The model that is on its way goes before all, and what is looked at gives way.
    if (paused_ || running_ != 0 || session_.nextModel())
        return;
    letGoWhatFits();
    if (!next())
        return;
    if (session_.state() == Session::Looking) {
        session_.stopWork(); // its end brings us here again
        return;
    }
    if (session_.state() != Session::Idle)
        return;
    // What is too large waits for memory, and smaller things may pass it.
    QVector<int> ids;
    for (const QueuedWork& work : list_.all()) {
        if (work.state == WorkState::Waiting && fitsModel(work))
            ids += work.id;
    }
    for (const int id : ids) {
        const QueuedWork* work = list_.find(id);
        if (!work || paused_ || running_ != 0)
            return; // whoever was told has changed things, and called this again
        if (fitsMemory(*work)) {
            start(*work);
            return;
        }
    }
}

/// What was held because memory was short, if it is no longer; else it is looked at again.
void WorkQueue::letGoWhatFits() {
    QVector<int> fitting;
    for (const QueuedWork& work : list_.all()) {
        if (work.state != WorkState::Held || work.heldFor != HeldFor::Memory || !fitsModel(work))
            continue;
        try {
            if (memoryShortage(session_, *work.request(), memory_))
                lookAgain_.start();
            else
                fitting += work.id;
        } catch (const Error&) {
            fitting += work.id; // beginning it says why
        }
    }
    if (!fitting.isEmpty())
        list_.update(fitting, [](QueuedWork& work) {
            work.state = WorkState::Waiting;
            work.heldFor = HeldFor::User;
            work.problem.clear();
        });
}

/// Else it waits, the first of its kind held and told; or it has failed.
bool WorkQueue::fitsMemory(const QueuedWork& work) {
    const int id = work.id;
    if (!work.request() || work.anyway)
        return true;
    try {
        const auto shortage = memoryShortage(session_, *work.request(), memory_);
        if (!shortage)
            return true;
        lookAgain_.start();
        const bool known = std::any_of(list_.all().begin(), list_.all().end(), [](const QueuedWork& other) {
            return other.state == WorkState::Held && other.heldFor == HeldFor::Memory;
        });
        if (known)
            return false;
        list_.update(id, [&](QueuedWork& held) {
            held.state = WorkState::Held;
            held.heldFor = HeldFor::Memory;
            held.problem = tr("Needs about %1 of memory, and %2 are free.")
                               .arg(byteText(shortage->more), byteText(shortage->free));
        });
        Q_EMIT memoryShort(id, *shortage);
    } catch (const Error& error) {
        hasFailed(id, QString::fromUtf8(error.what()));
    }
    return false;
}

void WorkQueue::start(const QueuedWork& next) {
    const QueuedWork work = next; // the list changes
    running_ = work.id;
    done_ = 0;
    stopping_ = false;
    list_.update(work.id, [](QueuedWork& changed) {
        changed.state = WorkState::Running;
        changed.problem.clear();
    });
    list_.setOrder({work.id});
    if (running_ != work.id)
        return; // whoever heard of it has taken it out
    struct Start {
        EngineSession& session;
        bool operator()(const PictureWork& picture) const { return session.generate(picture.request); }
        bool operator()(const RecordWork& record) const { return session.record(record.run); }
        bool operator()(const MeasureJob& job) const { return session.measure(job); }
        bool operator()(const CompareJob& job) const { return session.compare(job); }
        bool operator()(const CalibrateJob& job) const { return session.calibrate(job); }
    };
    if (std::visit(Start{session_}, work.work) || running_ != work.id)
        return;
    // Whoever heard of it has begun something else: its turn comes again.
    running_ = 0;
    list_.update(work.id, [](QueuedWork& changed) { changed.state = WorkState::Waiting; });
}

void WorkQueue::finish(const ResultPtr& result) {
    if (running_ == 0)
        return;
    const QueuedWork work = *running();
    running_ = 0;
    failures_ = 0;
    if (result)
        Q_EMIT made(work, result); // while it is there: what goes without this was cancelled
    list_.take({work.id});
    Q_EMIT ended(work);
}

void WorkQueue::fail(const QString& why) {
    if (running_ != 0)
        hasFailed(std::exchange(running_, 0), why);
}

void WorkQueue::hasFailed(int id, const QString& why) {
    list_.end(id, WorkState::Failed, why);
    const QueuedWork* work = list_.find(id);
    if (const QueuedWork failed = work ? *work : QueuedWork(); failed.id != 0)
        Q_EMIT ended(failed);
    if (++failures_ >= kMostFailures && waiting() > 0) {
        setPaused(true);
        Q_EMIT gaveUp();
    }
}

void WorkQueue::stopped() {
    if (running_ == 0)
        return; // cancelled or held: it is out already
    const int id = std::exchange(running_, 0);
    if (std::exchange(stopping_, false))
        list_.end(id, WorkState::Stopped, {});
    else // another model is wanted
        list_.update(id, [](QueuedWork& work) { work.state = WorkState::Waiting; });
    if (const QueuedWork* work = list_.find(id))
        Q_EMIT ended(QueuedWork(*work));
}

} // namespace scalekv::ui
