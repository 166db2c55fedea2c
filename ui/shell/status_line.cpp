#include "ui/shell/status_line.h"

#include "scalekv/process_memory.h"
#include "ui/shell/engine_session.h"
#include "ui/text/unit_text.h"
#include "widgets/elided_label.h"

#include <QLabel>
#include <QStatusBar>

#include <utility>

namespace scalekv::ui {

StatusLine::StatusLine(const EngineSession& session, QStatusBar* bar)
    : QObject(bar), session_(session), state_(new widgets::ElidedLabel(bar)), time_(new QLabel(bar)),
      memory_(new QLabel(bar)) {
    state_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    bar->addWidget(state_, 1);
    bar->addPermanentWidget(time_);
    bar->addPermanentWidget(memory_);
    time_->setObjectName(QStringLiteral("time"));
    memory_->setObjectName(QStringLiteral("memory"));
    tick_.setInterval(500);
    connect(&tick_, &QTimer::timeout, this, &StatusLine::showRunningCosts);
    connect(&session_, &EngineSession::stateChanged, this, &StatusLine::followState);
    connect(&session_, &EngineSession::stopped, this, [this] { say(tr("Stopped.")); });
    connect(&session_, &EngineSession::comparisonStopped, this, [this] { say(tr("Stopped.")); });
    connect(&session_, &EngineSession::calibrationStopped, this, [this] { say(tr("Stopped.")); });
    connect(&session_, &EngineSession::failed, this,
            [this] { say(tr("The picture could not be finished.")); });
    refresh();
}

void StatusLine::followState() {
    if (session_.state() == EngineSession::State::Generating) {
        runTime_.start();
        tick_.start();
    } else {
        tick_.stop();
    }
    refresh();
}

void StatusLine::setShown(const ResultPtr& run) {
    if (run == shown_)
        return; // what is said of it, or of how work ended, stays
    shown_ = run;
    refresh();
}

void StatusLine::say(const QString& text) {
    remark_ = true;
    state_->setFullText(text);
}

void StatusLine::forget() {
    if (std::exchange(remark_, false))
        refresh();
}

QString StatusLine::text() const {
    return state_->fullText();
}

void StatusLine::refresh() {
    showState();
    remark_ = false;
}

void StatusLine::showState() {
    switch (session_.state()) {
    case EngineSession::State::Generating:
        say(tr("Generating"));
        showRunningCosts();
        return;
    case EngineSession::State::Looking:
        say(tr("Looking closer: the run is repeated"));
        break;
    case EngineSession::State::Comparing:
        say(tr("Comparing"));
        break;
    case EngineSession::State::Calibrating:
        say(tr("Calibrating the model"));
        break;
    case EngineSession::State::Loading:
        say(tr("Loading the model"));
        break;
    case EngineSession::State::Idle:
        if (!session_.hasModel())
            say(tr("No model"));
        else if (!shown_)
            say(tr("Ready"));
        else if (shown_->opened)
            say(tr("Opened from a file: %1").arg(shown_->prompt()));
        else
            say(tr("Finished: %1").arg(shown_->prompt()));
        break;
    }
    showCosts(shown_ && !shown_->opened ? &shown_->report : nullptr);
}

void StatusLine::showRunningCosts() {
    time_->setText(secondsText(static_cast<double>(runTime_.elapsed()) / 1000.0));
    time_->setToolTip(tr("Time of the running picture so far"));
    memory_->setText(tr("peak %1").arg(byteText(peakResidentBytes())));
    memory_->setToolTip(tr("Most memory this program has had at any time"));
}

void StatusLine::showCosts(const GenerationReport* report) {
    for (QLabel* label : {time_, memory_}) {
        label->clear();
        label->setToolTip({});
    }
    if (!report)
        return;
    time_->setText(secondsText(report->totalSeconds));
    time_->setToolTip(
        tr("Time of this picture; %1 of it for reading the prompt").arg(secondsText(report->textSeconds)));
    memory_->setText(tr("peak %1").arg(byteText(report->peakResidentBytes)));
    memory_->setToolTip(
        tr("Most memory this program had had by the end of this picture\nWeights of the model: "
           "%1\nKV cache of this picture: %2")
            .arg(byteText(report->weightBytes), byteText(report->peakKvBytes)));
}

} // namespace scalekv::ui
