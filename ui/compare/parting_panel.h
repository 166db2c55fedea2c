#pragma once

#include "ui/compare/column_set.h"
#include "ui/compare/run_figures.h"
#include "ui/shell/desk.h"
#include "ui/shell/memory_outlook.h"

#include <QWidget>

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace scalekv::widgets {
class HeatMap;
class SeriesPlot;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// Where pictures part from the reference: bits that differ, or teacher-forced KL, by scale; and KL by layer
/// of the chosen one. What is not known yet is measured here.
class PartingPanel : public QWidget {
    Q_OBJECT
public:
    enum class Quantity { Bits, Kl, KlByLayer };

    PartingPanel(const Desk& desk, const ColumnSet& set, RunFigures& figures, QWidget* parent = nullptr);

    void refresh(int scale);
    void show(Quantity quantity);
    Quantity quantity() const;
    widgets::SeriesPlot* plot() const { return plot_; }
    widgets::HeatMap* map() const { return map_; }
    QPushButton* measureButton() const { return measure_; }
    /// For the window's menus: shows KL, and measures what is not known of it.
    QAction* measureAction() const { return measureAction_; }

    /// Who says how much memory is free.
    void setMemoryReader(MemoryReader reader) { memory_ = std::move(reader); }

    /// Layer and scale where the run parts most from the reference, as far as was measured; a layer of −1:
    /// layers were not. None: bits are not known either.
    struct Most {
        int layer = -1, scale = 0;
    };
    std::optional<Most> most(const CompareColumn& column) const;

Q_SIGNALS:
    void scaleChosen(int scale);
    /// A cell of the map was chosen: that is where to look into the chosen run.
    void inspectRequested(int layer, int scale);

private:
    void measure();
    bool settleMemory(const MeasureJob& job);
    QString obstacle() const;
    std::vector<ResultPtr> measurable() const;
    /// What measuring these takes: generations, and about how long.
    struct Work {
        int runs = 0;
        double seconds = 0;
    };
    Work workOf(const std::vector<ResultPtr>& runs) const;
    void refreshMeasuring();
    void fillPlot();
    void fillMap();

    const Desk desk_;
    const ColumnSet& set_;
    RunFigures& figures_;
    QComboBox* quantity_;
    QLabel* text_;
    QPushButton* measure_;
    QAction* measureAction_;
    QStackedWidget* pages_;
    widgets::SeriesPlot* plot_;
    widgets::HeatMap* map_;
    MemoryReader memory_ = computeMemory;
    int scale_ = 0;
};

} // namespace scalekv::ui
