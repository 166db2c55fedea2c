#include "ui/queue/queue_news.h"

#include "ui/shell/message_subjects.h"
#include "ui/text/unit_text.h"

#include <QAction>

namespace scalekv::ui {

using widgets::MessageBar;

QueueNews::QueueNews(const Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    // Later: a list changes piece by piece.
    connect(&desk_.queue, &WorkQueue::changed, this, &QueueNews::refresh, Qt::QueuedConnection);
    connect(&desk_.session, &EngineSession::stateChanged, this, &QueueNews::refresh, Qt::QueuedConnection);
    connect(&desk_.queue, &WorkQueue::gaveUp, this, [this] { gaveUp_ = true; });
    // Whatever comes next in the queue does not take this away; asking for another picture does.
    connect(&desk_.queue, &WorkQueue::ended, this, [this](const QueuedWork& work) {
        if (work.state == WorkState::Stopped && work.request() && work.remembered)
            desk_.status.say(tr("Stopped. “Try again” in Queue makes it from the beginning."));
        if (work.state != WorkState::Failed || !work.request() || !work.remembered)
            return; // what is not remembered is seen to, and spoken of, by whoever wanted it
        desk_.messages.showMessage(MessageBar::Kind::Error, subjects::kGeneration, work.problem);
        connect(desk_.messages.offer(tr("Show")), &QAction::triggered, this, &QueueNews::showRequested);
    });
    refresh();
}

void QueueNews::say(MessageBar::Kind kind, const QString& text) {
    said_ = text;
    desk_.messages.showMessage(kind, subjects::kQueue, text);
}

int QueueNews::firstHeld() const {
    for (const QueuedWork& work : desk_.queue.list().all()) {
        if (work.state == WorkState::Held && !work.problem.isEmpty())
            return work.id;
    }
    return 0;
}

void QueueNews::refresh() {
    // While a model is loaded it may be on its way.
    const bool known = desk_.session.hasModel() && desk_.session.state() != EngineSession::State::Loading;
    const QueuedWork* held = desk_.queue.list().find(firstHeld());
    gaveUp_ &= desk_.queue.isPaused();
    QString text = known ? desk_.queue.obstacle() : QString();
    const bool another = !text.isEmpty() && !desk_.queue.isPaused();
    if (!text.isEmpty() && !another)
        text = tr("The queue pauses; %1.")
                   .arg(countedText(desk_.queue.waiting(), tr("entry waits"), tr("entries wait")));
    if (gaveUp_)
        text = tr("Several things failed one after the other, so the queue pauses.");
    if (text.isEmpty() && held)
        text = tr("“%1” is held in the queue. %2").arg(workTitle(*held), held->problem);
    if (text == said_)
        return;
    if (text.isEmpty()) {
        said_.clear();
        desk_.messages.withdraw(subjects::kQueue);
        return;
    }
    say(gaveUp_ ? MessageBar::Kind::Error : MessageBar::Kind::Info, text);
    if (another) {
        if (const QString path = desk_.queue.wantedModelPath(); !path.isEmpty())
            connect(desk_.messages.offer(tr("Load it")), &QAction::triggered, this,
                    [this, path] { desk_.models.open(path); });
    } else if (desk_.queue.isPaused() && desk_.queue.waiting() > 0) {
        connect(desk_.messages.offer(tr("Go on")), &QAction::triggered, this,
                [this] { desk_.queue.resume(); });
    } else {
        connect(desk_.messages.offer(tr("Show")), &QAction::triggered, this, &QueueNews::showRequested);
    }
}

} // namespace scalekv::ui
