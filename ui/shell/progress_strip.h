#pragma once

#include "ui/runs/generation_result.h"

#include <QWidget>

#include <chrono>
#include <optional>

class QProgressBar;

namespace scalekv::widgets {
class ElidedLabel;
}

namespace scalekv::ui {

/// How far the running work is: scale, layer, time left.
class ProgressStrip : public QWidget {
    Q_OBJECT
public:
    explicit ProgressStrip(QWidget* parent = nullptr);

    void showLoading(double done, const QString& what);
    /// The prompt is being read; scales follow.
    void beginGeneration();
    void setPlan(const GenerationPlan& plan);
    void setProgress(const Progress& progress);
    void setScale(int scale);
    void setLayers(const QVector<scalekv::LayerProgress>& layers);
    /// A finished run is being repeated.
    void beginLook();
    void showStopping();
    void end();

    QString text() const;

private:
    void refresh();

    widgets::ElidedLabel* label_;
    QProgressBar* bar_;
    GenerationPlan plan_;
    int scale_ = -1;
    int layer_ = 0;
    bool stopping_ = false, looking_ = false;
    std::optional<std::chrono::duration<double>> left_;
};

} // namespace scalekv::ui
