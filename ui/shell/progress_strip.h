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
    /// Work that is no picture: a sentence says what goes on.
    void beginTask(const QString& what);
    void setTask(const QString& what);
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
    bool stopping_ = false;
    QString task_; ///< empty for a picture
    std::optional<std::chrono::duration<double>> left_;
};

} // namespace scalekv::ui
