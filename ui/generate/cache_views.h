#pragma once

#include "scalekv/generation.h"
#include "scalekv/run_record.h"

#include <QStringList>
#include <QVector>
#include <QWidget>

class QTabWidget;

namespace scalekv::widgets {
class HeatMap;
class KvPlot;
class StackedBars;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// What a run holds in the cache, scale by scale and layer by layer, and where its time goes; fills while it
/// is made. One scale is the chosen one in all of them. Only the view that is seen is kept up.
class CacheViews : public QWidget {
    Q_OBJECT
public:
    explicit CacheViews(QWidget* parent = nullptr);

    /// A run as far as it has come; of one that was opened from a file nothing is known.
    struct Run {
        const GenerationPlan& plan;
        QVector<ScaleReport> reports; ///< of the scales that are complete
        QVector<qint64> bytes;        ///< of every scale, 0: to come
        const RunRecord* record;      ///< null: what the layers held was not recorded
    };
    void showRun(const Run& run);
    void clear();
    void addLayer(const LayerProgress& layer);
    void addScale(const ScaleReport& report);
    /// Emits nothing; −1: none.
    void setSelectedScale(int scale);
    void saveSettings() const;

    widgets::KvPlot* plot() const { return plot_; }
    widgets::HeatMap* layers() const { return layers_; }
    widgets::StackedBars* times() const { return times_; }
    QTabWidget* tabs() const { return tabs_; }

Q_SIGNALS:
    /// The user has chosen a scale.
    void scaleChosen(int scale);
    /// A view is seen now that was not kept up with the run: asks for showRun() and setSelectedScale().
    void outdated();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fillPlot(const Run& run);
    void fillLayers(const Run& run);
    void fillTimes(const Run& run);

    QTabWidget* tabs_;
    widgets::KvPlot* plot_;
    widgets::HeatMap* layers_;
    widgets::StackedBars* times_;
    qint64 peak_ = 0;
};

} // namespace scalekv::ui
