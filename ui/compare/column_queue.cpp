#include "ui/compare/column_queue.h"

#include "scalekv/error.h"
#include "ui/shell/memory_question.h"

#include <QAction>

#include <algorithm>

namespace scalekv::ui {

using State = CompareColumn::State;

ColumnQueue::ColumnQueue(const Desk& desk, ColumnSet& set, QObject* parent)
    : QObject(parent), desk_(desk), set_(set) {
    connect(&desk_.live, &LiveRun::begun, this, &ColumnQueue::begun);
    connect(&desk_.live, &LiveRun::finished, this, &ColumnQueue::finished);
    connect(&desk_.session, &EngineSession::stopped, this, &ColumnQueue::stopped);
    connect(&desk_.session, &EngineSession::failed, this, &ColumnQueue::failed);
    connect(&desk_.session, &EngineSession::rejected, this, &ColumnQueue::failed);
    connect(&desk_.session, &EngineSession::progressed, this, [this](const Progress& progress) {
        if (!begun_)
            return;
        done_ = progress.done;
        Q_EMIT progressed();
    });
    connect(&desk_.stop, &QAction::triggered, this, [this] {
        if (making_ != 0 || waiting() > 0) {
            paused_ = true;
            Q_EMIT changed();
        }
    });
    // Later: whoever else waits for the engine to be free goes first.
    connect(&desk_.session, &EngineSession::stateChanged, this, &ColumnQueue::advance, Qt::QueuedConnection);
    connect(&desk_.models, &ModelOpener::loaded, this, &ColumnQueue::advance, Qt::QueuedConnection);
    connect(&set_, &ColumnSet::changed, this, &ColumnQueue::advance, Qt::QueuedConnection);
}

int ColumnQueue::waiting() const {
    return static_cast<int>(
        std::count_if(set_.columns().begin(), set_.columns().end(),
                      [](const CompareColumn& column) { return column.state == State::Waiting; }));
}

bool ColumnQueue::fitsModel(const CompareColumn& column) const {
    return desk_.session.hasModel() &&
           weightsDifference(column.model, desk_.session.model().identity).empty();
}

const CompareColumn* ColumnQueue::next() const {
    for (const CompareColumn& column : set_.columns()) {
        if (column.state == State::Waiting && fitsModel(column))
            return &column;
    }
    return nullptr;
}

QString ColumnQueue::obstacle() const {
    if (making_ != 0 || waiting() == 0)
        return {};
    const QString waits = waiting() == 1 ? tr("1 picture waits") : tr("%1 pictures wait").arg(waiting());
    if (paused_)
        return tr("Stopped; %1.").arg(waits);
    if (next())
        return {};
    for (const CompareColumn& column : set_.columns()) {
        if (column.state == State::Waiting)
            return tr("%1 for the model %2, which is not in use.")
                .arg(waits, QString::fromStdString(column.model.name));
    }
    return {};
}

QString ColumnQueue::wantedModelPath() const {
    if (next())
        return {};
    for (const CompareColumn& column : set_.columns()) {
        if (column.state == State::Waiting && !column.modelPath.isEmpty())
            return column.modelPath;
    }
    return {};
}

void ColumnQueue::advance() {
    using Session = EngineSession::State;
    if (making_ != 0 && !begun_ && desk_.session.state() == Session::Idle)
        leave(); // something else came between
    if (making_ != 0 && !set_.find(making_)) {
        // Its column was removed: nobody waits for the picture.
        if (begun_)
            desk_.session.stop();
        making_ = 0;
        begun_ = false;
        Q_EMIT changed();
    }
    const auto state = desk_.session.state();
    if (paused_ || making_ != 0 || desk_.session.nextModel() ||
        (state != Session::Idle && state != Session::Looking))
        return;
    const CompareColumn* column = next();
    if (!column)
        return;
    const int id = column->id;
    try {
        if (!isMemorySettled(*column))
            return;
    } catch (const Error& error) {
        set_.update(id, [&](CompareColumn& changed) {
            changed.state = State::Failed;
            changed.problem = QString::fromUtf8(error.what());
        });
        return; // the change brings the next
    }
    const GenerationRequest request = column->request;
    making_ = id;
    done_ = 0;
    set_.update(id, [](CompareColumn& changed) { changed.state = State::Making; });
    desk_.session.generate(request);
    Q_EMIT changed();
}

/// Asks about a column once. Throws Error where it cannot be made at all.
bool ColumnQueue::isMemorySettled(const CompareColumn& column) {
    const bool asked = short_ == column.id && shortRequest_ == column.request;
    const auto shortage = memoryShortage(desk_.session, column.request, memory_);
    if (!shortage || column.anyway) {
        short_ = 0;
        return true;
    }
    if (!asked) {
        short_ = column.id;
        shortRequest_ = column.request;
        Q_EMIT memoryShort(column.id, *shortage);
    }
    return false;
}

void ColumnQueue::settleMemory(int id, bool anyway) {
    if (std::exchange(short_, 0) != id)
        return;
    if (anyway) {
        set_.update(id, [](CompareColumn& column) { column.anyway = true; });
        return; // the change brings it
    }
    paused_ = true;
    Q_EMIT changed();
}

void ColumnQueue::resume() {
    paused_ = false;
    for (const CompareColumn& column : QVector<CompareColumn>(set_.columns())) {
        if (column.state == State::Stopped || column.state == State::Failed)
            set_.update(column.id, [](CompareColumn& changed) {
                changed.state = State::Waiting;
                changed.frames.clear();
                changed.problem.clear();
            });
    }
    Q_EMIT changed();
    advance();
}

void ColumnQueue::adoptLive(int id) {
    making_ = id;
    begun_ = true;
    paused_ = false;
    done_ = 0;
    Q_EMIT changed();
}

void ColumnQueue::leave() {
    const int id = std::exchange(making_, 0);
    begun_ = false;
    set_.update(id, [](CompareColumn& column) {
        if (column.state == State::Making)
            column.state = State::Waiting;
    });
    Q_EMIT changed();
}

void ColumnQueue::begun() {
    const CompareColumn* column = set_.find(making_);
    if (!column)
        return;
    begun_ = sameRequest(column->request, desk_.live.plan().request);
    if (!begun_) {
        leave(); // the user wanted another picture first
        return;
    }
    const MapSize size = desk_.live.plan().picture;
    set_.update(making_, [size](CompareColumn& changed) { changed.finalSize = {size.width, size.height}; });
}

void ColumnQueue::finished(const ResultPtr& result) {
    if (!std::exchange(begun_, false))
        return;
    const int id = std::exchange(making_, 0);
    set_.update(id, [&](CompareColumn& column) {
        const bool shown = column.shown;
        column = columnOf(result);
        column.id = id;
        column.shown = shown;
    });
    Q_EMIT changed();
}

void ColumnQueue::stopped() {
    if (!begun_)
        return;
    if (!paused_) { // another model is wanted
        leave();
        return;
    }
    begun_ = false;
    set_.update(std::exchange(making_, 0), [this](CompareColumn& column) {
        column.state = State::Stopped;
        column.frames = desk_.live.frames();
    });
    Q_EMIT changed();
}

void ColumnQueue::failed(const QString& why) {
    if (making_ == 0)
        return;
    begun_ = false;
    set_.update(std::exchange(making_, 0), [&why](CompareColumn& column) {
        column.state = State::Failed;
        column.problem = why;
    });
    Q_EMIT changed();
}

} // namespace scalekv::ui
