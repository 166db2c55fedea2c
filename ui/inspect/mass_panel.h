#pragma once

#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"

#include <QTabWidget>

namespace scalekv::widgets {
class HeatMap;
class StackedBars;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// How the chosen layer's attention is spread over the scales, at every scale: as bars and as a table.
class MassPanel : public QTabWidget {
    Q_OBJECT
public:
    MassPanel(const InspectedRun& run, Selection& selection, QWidget* parent = nullptr);

    widgets::StackedBars* bars() const { return bars_; }
    widgets::HeatMap* table() const { return table_; }

private:
    void draw();
    void showChoice();

    const InspectedRun& run_;
    Selection& selection_;
    widgets::StackedBars* bars_;
    widgets::HeatMap* table_;
    int layer_ = -1, head_ = -2; ///< drawn
};

} // namespace scalekv::ui
