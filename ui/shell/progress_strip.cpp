#include "ui/shell/progress_strip.h"

#include "ui/text/shape_text.h"
#include "ui/text/unit_text.h"
#include "widgets/elided_label.h"

#include <QProgressBar>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {
constexpr int kSteps = 1000;
}

ProgressStrip::ProgressStrip(QWidget* parent)
    : QWidget(parent), label_(new widgets::ElidedLabel(this)), bar_(new QProgressBar(this)) {
    bar_->setRange(0, kSteps);
    bar_->setTextVisible(false);
    bar_->setMaximumHeight(10);
    bar_->setAccessibleName(tr("Progress"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(3);
    layout->addWidget(label_);
    layout->addWidget(bar_);
    // The room stays when nothing runs, so that the picture does not jump.
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    policy.setVerticalPolicy(QSizePolicy::Fixed);
    setSizePolicy(policy);
    hide();
}

void ProgressStrip::showLoading(double done, const QString& what) {
    show();
    bar_->setRange(0, kSteps);
    bar_->setValue(static_cast<int>(done * kSteps));
    label_->setFullText(tr("Loading the model: %1").arg(what));
}

void ProgressStrip::beginGeneration() {
    plan_ = {};
    scale_ = -1;
    layer_ = 0;
    stopping_ = false;
    task_.clear();
    left_.reset();
    bar_->setRange(0, 0); // no measure yet
    show();
    refresh();
}

void ProgressStrip::beginTask(const QString& what) {
    beginGeneration();
    bar_->setRange(0, kSteps);
    setTask(what);
}

void ProgressStrip::setTask(const QString& what) {
    task_ = what;
    refresh();
}

void ProgressStrip::setPlan(const GenerationPlan& plan) {
    plan_ = plan;
    bar_->setRange(0, kSteps);
    refresh();
}

void ProgressStrip::setProgress(const Progress& progress) {
    bar_->setValue(static_cast<int>(progress.done * kSteps));
    left_ = std::chrono::duration<double>(progress.secondsLeft);
    refresh();
}

void ProgressStrip::setScale(int scale) {
    scale_ = scale;
    layer_ = 0;
    refresh();
}

void ProgressStrip::setLayers(const QVector<LayerProgress>& layers) {
    scale_ = layers.constLast().scale;
    layer_ = layers.constLast().layer + 1;
    refresh();
}

void ProgressStrip::showStopping() {
    stopping_ = true;
    refresh();
}

void ProgressStrip::end() {
    hide();
}

QString ProgressStrip::text() const {
    return label_->fullText();
}

void ProgressStrip::refresh() {
    if (stopping_) {
        label_->setFullText(tr("Stopping after this layer…"));
        return;
    }
    if (!task_.isEmpty()) {
        QString text = task_;
        if (left_)
            text += tr(" · %1 left").arg(durationText(*left_));
        label_->setFullText(text);
        return;
    }
    if (scale_ < 0 || plan_.schedule.empty()) {
        label_->setFullText(tr("Reading the prompt…"));
        return;
    }
    const auto scale = static_cast<std::size_t>(scale_);
    QString text = scaleText(scale_, static_cast<int>(plan_.schedule.size()), plan_.schedule.at(scale));
    if (layer_ == plan_.layers)
        text += tr(" · drawing the picture");
    else
        text += tr(" · layer %1/%2").arg(layer_).arg(plan_.layers);
    if (left_)
        text += tr(" · %1 left").arg(durationText(*left_));
    label_->setFullText(text);
}

} // namespace scalekv::ui
