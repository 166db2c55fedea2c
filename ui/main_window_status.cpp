#include "ui/main_window.h"

#include "scalekv/process_memory.h"
#include "ui/generate_form.h"
#include "ui/picture_stage.h"
#include "ui/unit_text.h"
#include "widgets/elided_label.h"
#include "widgets/image_view.h"
#include "widgets/kv_plot.h"

#include <QAction>
#include <QLabel>

namespace scalekv::ui {

void MainWindow::updateState() {
    const auto state = session_.state();
    const bool busy = state != EngineSession::State::Idle;
    const bool ready = !busy && session_.hasModel();
    generateAction_->setEnabled(ready);
    stopAction_->setEnabled(busy);
    QString why = tr("Make the picture (Ctrl+Enter)");
    if (state == EngineSession::State::Loading)
        why = tr("The model is being loaded");
    else if (state == EngineSession::State::Generating)
        why = tr("A picture is being made; Esc stops it");
    else if (!session_.hasModel())
        why = tr("Open a model first");
    form_->setReady(ready, busy, why);
    showStatus();
}

void MainWindow::showEmptyText() {
    widgets::ImageView* view = stage_->view();
    if (session_.hasModel())
        view->setEmptyText(
            tr("Type a prompt and press Generate"),
            tr("Or choose one of the examples. A saved picture dropped here brings its settings back."));
    else if (session_.state() == EngineSession::State::Loading || !started_)
        view->setEmptyText(tr("Loading the model…"), tr("You can type a prompt already."));
    else
        view->setEmptyText(tr("No model is open"),
                           tr("Choose File → Open model folder…, or drop a model's folder here."));
}

void MainWindow::showCurve() {
    const PictureStage::CacheCurve curve = stage_->cacheCurve();
    plot_->begin(curve.maps, curve.fullBytes);
    for (int scale = 0; scale < curve.bytes.size(); ++scale)
        plot_->setBytes(scale, curve.bytes[scale]);
}

/// Of the work that goes on, or else of the picture on the stage.
void MainWindow::showStatus() {
    const ResultPtr shown = stage_->shownResult();
    switch (session_.state()) {
    case EngineSession::State::Generating:
        state_->setFullText(tr("Generating"));
        showRunningCosts();
        return;
    case EngineSession::State::Loading:
        state_->setFullText(tr("Loading the model"));
        break;
    case EngineSession::State::Idle:
        if (!session_.hasModel())
            state_->setFullText(tr("No model"));
        else if (!shown)
            state_->setFullText(tr("Ready"));
        else if (shown->opened)
            state_->setFullText(tr("Opened from a file: %1").arg(shown->prompt()));
        else
            state_->setFullText(tr("Finished: %1").arg(shown->prompt()));
        break;
    }
    showCosts(shown && !shown->opened ? &shown->report : nullptr);
}

void MainWindow::showRunningCosts() {
    time_->setText(secondsText(static_cast<double>(runTime_.elapsed()) / 1000.0));
    time_->setToolTip(tr("Time of the running picture so far"));
    memory_->setText(tr("peak %1").arg(byteText(peakResidentBytes())));
    memory_->setToolTip(tr("Most memory this program has had at any time"));
}

void MainWindow::showCosts(const GenerationReport* report) {
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
