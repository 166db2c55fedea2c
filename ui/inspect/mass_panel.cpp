#include "ui/inspect/mass_panel.h"

#include "figures/layer_figure.h"
#include "ui/inspect/inspect_text.h"
#include "widgets/heat_map.h"
#include "widgets/stacked_bars.h"

namespace scalekv::ui {

MassPanel::MassPanel(const InspectedRun& run, Selection& selection, QWidget* parent)
    : QTabWidget(parent), run_(run), selection_(selection), bars_(new widgets::StackedBars(this)),
      table_(new widgets::HeatMap(this)) {
    setDocumentMode(true);
    addTab(bars_, tr("Bars"));
    addTab(table_, tr("Table"));
    bars_->setAccessibleName(tr("Attention by earlier scale"));
    bars_->setEmptyText(
        tr("Which earlier scales a layer reads, scale by scale, stands here when a run is looked into."));
    table_->setAccessibleName(tr("Attention by earlier scale"));
    setToolTip(tr("How much of the layer's attention goes to each scale: the mean over queries and heads, "
                  "Σ a_ij over the tokens j of that scale"));
    connect(bars_, &widgets::StackedBars::columnSelected, this,
            [this](int scale) { selection_.setCell(selection_.state().layer, scale); });
    connect(table_, &widgets::HeatMap::cellSelected, this, [this](int scale, int read) {
        Selection::State next = selection_.state();
        if (next.scale != scale)
            next.token = Selection::kAll;
        next.scale = scale;
        next.readScale = read <= scale ? read : Selection::kAll;
        selection_.set(next);
    });
    connect(&selection_, &Selection::changed, this, &MassPanel::showChoice);
    connect(&run_, &InspectedRun::settled, this, &MassPanel::draw);
    draw();
}

void MassPanel::draw() {
    layer_ = selection_.state().layer;
    head_ = selection_.state().head;
    widgets::StackedColumns columns;
    if (run_.isRecorded() && layer_ < run_.layers() && head_ < run_.heads()) {
        columns.columns = figures::numbered(run_.scales());
        columns.columnAxis = tr("scale that asks");
        columns.columnWord = tr("scale");
        columns.valueAxis = tr("share of the attention");
        columns.relation = tr("reads");
        columns.maximum = 1;
        columns.format = percentText;
        for (int scale = 0; scale < run_.scales(); ++scale) {
            columns.segments += {tr("scale %1").arg(scale + 1), {}};
            const std::vector<double> mass = figures::massOf(run_.record(), scale, layer_, head_);
            columns.values += QVector<double>(mass.begin(), mass.end());
        }
        table_->setFigure(figures::massFigure(run_.record(), layer_, head_));
    } else {
        table_->setFigure({});
    }
    // While a run grows its layers come one by one, and mostly this one's do not.
    const widgets::StackedColumns& shown = bars_->data();
    if (columns.values != shown.values || columns.columns != shown.columns)
        bars_->setData(std::move(columns));
    showChoice();
}

void MassPanel::showChoice() {
    const Selection::State& state = selection_.state();
    if (state.layer != layer_ || state.head != head_) {
        draw();
        return;
    }
    bars_->setSelected(state.scale);
    bars_->setHighlightedSegment(state.readScale);
    table_->setSelected(state.scale, state.readScale < 0 ? state.scale : state.readScale);
}

} // namespace scalekv::ui
