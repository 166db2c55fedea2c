#pragma once

#include "scalekv/layer_quantity.h"
#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"
#include "widgets/heat_map_figure.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;

namespace scalekv::widgets {
class HeatMap;
}

namespace scalekv::ui {

/// One quantity of every layer at every scale, or of every head at the chosen one. Choosing a cell chooses
/// what all other views show. Who looks at kept tokens sees here how many of them every layer kept.
class LayerMapPanel : public QWidget {
    Q_OBJECT
public:
    LayerMapPanel(const InspectedRun& run, Selection& selection, QWidget* parent = nullptr);

    widgets::HeatMap* map() const { return map_; }
    /// What is seen, to be exported.
    const widgets::HeatMapFigure& figure() const;
    /// What a file with it is called, without ending: "selectivity", "entropy-heads-scale10".
    QString figureStem() const;
    QString text() const;
    void copyValues() const;

private:
    void fillQuantities();
    void followOverlay();
    void draw();
    void sort();
    void showCell();
    void describe();
    bool byHead() const;

    const InspectedRun& run_;
    Selection& selection_;
    QComboBox *quantity_, *order_;
    QCheckBox* byHead_;
    widgets::HeatMap* map_;
    QLabel* text_;
    Selection::Overlay overlay_ = Selection::Overlay::Attention; ///< as it was last
    int before_ = 0; ///< in the list of quantities: what was seen before it followed the overlay
};

} // namespace scalekv::ui
