#include "ui/compare/parting_panel.h"

#include "figures/layer_figure.h"
#include "scalekv/error.h"
#include "ui/compare/chart_room.h"
#include "ui/compare/column_text.h"
#include "ui/compare/figure_rows.h"
#include "ui/compare/policy_colour.h"
#include "ui/shell/memory_question.h"
#include "ui/text/unit_text.h"
#include "widgets/colour_maps.h"
#include "widgets/focus_buttons.h"
#include "widgets/heat_map.h"
#include "widgets/series_plot.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace scalekv::ui {

using widgets::PlotSeries;
using widgets::SeriesFigure;

PartingPanel::PartingPanel(const Desk& desk, const ColumnSet& set, RunFigures& figures, QWidget* parent)
    : QWidget(parent), desk_(desk), set_(set), figures_(figures), quantity_(new QComboBox(this)),
      text_(new QLabel(this)), measure_(new widgets::FocusPushButton(tr("Measure"), this)),
      measureAction_(new QAction(tr("&Measure KL"), this)), pages_(new QStackedWidget(this)),
      plot_(new widgets::SeriesPlot(this)), map_(new widgets::HeatMap(this)) {
    quantity_->setObjectName(QStringLiteral("partingQuantity"));
    quantity_->setAccessibleName(tr("What is shown"));
    const auto add = [this](Quantity quantity, const QString& name, const QString& toolTip) {
        quantity_->addItem(name, int(quantity));
        quantity_->setItemData(quantity_->count() - 1, toolTip, Qt::ToolTipRole);
    };
    add(Quantity::Bits, tr("Bits that differ"),
        tr("Share of each scale's bits that differ from the reference's, in the pictures as they were made"));
    add(Quantity::Kl, tr("KL by scale"),
        tr("Fed with the reference's own bits: how far what the model predicts is from what it predicts "
           "there"));
    add(Quantity::KlByLayer, tr("KL by layer"),
        tr("The same where only one layer's cache is compressed: what that layer's evictions do by "
           "themselves"));
    measure_->setObjectName(QStringLiteral("measure"));
    plot_->setObjectName(QStringLiteral("bitsPlot"));
    map_->setObjectName(QStringLiteral("klMap"));
    map_->setAccessibleName(tr("KL by layer and scale"));
    text_->setForegroundRole(QPalette::PlaceholderText);
    giveChartsRoom(*this, {plot_, map_});
    pages_->addWidget(plot_);
    pages_->addWidget(map_);
    auto* head = new QHBoxLayout;
    head->addWidget(quantity_);
    head->addWidget(text_, 1);
    head->addWidget(measure_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(pages_, 1);

    connect(quantity_, &QComboBox::currentIndexChanged, this, [this] { refresh(scale_); });
    measureAction_->setToolTip(
        tr("Repeat the pictures fed with the reference's bits: what the cache alone changes"));
    measureAction_->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_M);
    connect(measure_, &QPushButton::clicked, this, &PartingPanel::measure);
    connect(measureAction_, &QAction::triggered, this, [this] {
        if (quantity() == Quantity::Bits)
            show(Quantity::Kl);
        measure();
    });
    connect(plot_, &widgets::SeriesPlot::columnSelected, this, &PartingPanel::scaleChosen);
    connect(map_, &widgets::HeatMap::cellSelected, this, &PartingPanel::inspectRequested);
    connect(&desk_.session, &EngineSession::measured, &figures_, &RunFigures::setForced);
    connect(&desk_.session, &EngineSession::stateChanged, this, [this] { refresh(scale_); });
    connect(&desk_.queue, &WorkQueue::changed, this, [this] { refreshMeasuring(); });
}

PartingPanel::Quantity PartingPanel::quantity() const {
    return Quantity(quantity_->currentData().toInt());
}

void PartingPanel::show(Quantity quantity) {
    quantity_->setCurrentIndex(quantity_->findData(int(quantity)));
}

/// The runs that can be measured against the reference and were not: same request but for the policy.
std::vector<ResultPtr> PartingPanel::measurable() const {
    std::vector<ResultPtr> runs;
    const CompareColumn* reference = set_.reference();
    if (!reference || !reference->run || reference->run->bits.empty())
        return runs;
    for (const CompareColumn& column : set_.columns()) {
        if (!column.run || column.id == reference->id || column.run->opened ||
            !columnDifference(column, *reference).isEmpty())
            continue;
        const TeacherForcedFigures* known = figures_.forced(reference->run, column.run);
        const bool byLayer = quantity() == Quantity::KlByLayer;
        if (byLayer && column.id != set_.state().chosen)
            continue; // it takes its time: the one that is looked at
        if (!known || (byLayer && known->klPerLayer.empty()))
            runs.push_back(column.run);
    }
    return runs;
}

/// Why nothing can be measured now, in a sentence; empty: it can.
QString PartingPanel::obstacle() const {
    const CompareColumn* reference = set_.reference();
    if (!reference || !reference->run)
        return tr("The reference is not made yet.");
    if (reference->run->bits.empty())
        return tr("The reference comes from a file: its bits are not known until it is repeated here.");
    if (quantity() == Quantity::KlByLayer && reference->request.policy.evicts())
        return tr("By layer only against the full cache: make that the reference.");
    if (!desk_.session.hasModel() ||
        !weightsDifference(reference->model, desk_.session.model().identity).empty())
        return tr("The reference was made by another model than the one in use.");
    for (const QueuedWork& work : desk_.queue.list().all()) {
        if (std::get_if<MeasureJob>(&work.work) && work.isPending())
            return tr("It is being measured, or waits for it in the queue.");
    }
    return {};
}

/// As long as the pictures took, but for the drawing of them; one layer alone is close to the reference.
PartingPanel::Work PartingPanel::workOf(const std::vector<ResultPtr>& runs) const {
    const auto seconds = [](const ResultPtr& run) {
        const auto cost = runCost(run->report);
        return run->report.textSeconds + (cost ? cost->seconds : 0);
    };
    const ResultPtr& reference = set_.reference()->run;
    const int layers = quantity() == Quantity::KlByLayer ? reference->plan.layers : 0;
    Work work{.runs = 1, .seconds = seconds(reference)};
    for (const ResultPtr& run : runs) {
        work.runs += 1 + layers;
        work.seconds += seconds(run) + layers * seconds(reference);
    }
    return work;
}

void PartingPanel::measure() {
    if (!obstacle().isEmpty())
        return;
    const MeasureJob job{set_.reference()->run, measurable(), quantity() == Quantity::KlByLayer};
    if (!job.runs.empty() && settleMemory(job))
        desk_.queue.add({.work = job, .remembered = false}); // runs are not, either
}

/// Asks where the largest of the runs does not fit. They are made already: nothing smaller would measure
/// them.
bool PartingPanel::settleMemory(const MeasureJob& job) {
    std::vector<GenerationRequest> requests{job.reference->request()};
    for (const ResultPtr& run : job.runs)
        requests.push_back(run->request());
    try {
        const auto most = largestShortage(desk_.session, requests, memory_);
        return !most || askAboutMemory(window(), most->outlook, {}, tr("The largest of these runs"),
                                       tr("Measure anyway"))
                                .kind == MemoryAnswer::Kind::Anyway;
    } catch (const Error&) {
        return true; // measuring says why
    }
}

void PartingPanel::refresh(int scale) {
    scale_ = scale;
    quantity_->setToolTip(quantity_->currentData(Qt::ToolTipRole).toString());
    refreshMeasuring();
    if (quantity() == Quantity::KlByLayer)
        fillMap();
    else
        fillPlot();
}

void PartingPanel::refreshMeasuring() {
    const std::vector<ResultPtr> runs = measurable();
    const QString why = obstacle();
    measureAction_->setEnabled(why.isEmpty() && !runs.empty());
    measure_->setVisible(quantity() != Quantity::Bits && !runs.empty());
    measure_->setEnabled(why.isEmpty());
    if (!runs.empty()) {
        const Work work = workOf(runs);
        measure_->setText(tr("Measure: %1, about %2")
                              .arg(countedText(work.runs, tr("run"), tr("runs")),
                                   durationText(std::chrono::duration<double>(work.seconds))));
    }
    measure_->setToolTip(
        !why.isEmpty() ? why
        : quantity() == Quantity::KlByLayer
            ? tr("Repeat the reference, the chosen run, and the chosen run once more for every layer, fed "
                 "with the reference's bits; Esc stops it")
            : tr("Repeat the reference and every run, fed with the reference's bits; Esc stops it"));
}

void PartingPanel::fillPlot() {
    const bool bits = quantity() == Quantity::Bits;
    SeriesFigure figure;
    figure.title = bits ? tr("Bits that differ from the reference") : tr("Teacher-forced KL");
    figure.xAxis = tr("scale");
    figure.yAxis = bits ? tr("%") : tr("nats a bit");
    figure.columns = true;
    figure.format = [bits](double value) {
        return bits ? tr("%1 %").arg(QLocale().toString(value, 'f', 2)) : QLocale().toString(value, 'f', 5);
    };
    const CompareColumn* reference = set_.reference();
    int emphasised = -1;
    for (const CompareColumn& column : set_.columns()) {
        if (!reference || column.id == reference->id || !column.run)
            continue;
        const RunFigures::Known* known = figures_.of(reference->run, column.run);
        const TeacherForcedFigures* forced = figures_.forced(reference->run, column.run);
        std::vector<double> values;
        if (bits && known && known->difference && known->difference->bits)
            values = known->difference->bits->perScale;
        else if (!bits && forced)
            values = forced->klPerScale;
        if (values.empty())
            continue;
        PlotSeries series;
        series.name = columnName(column);
        series.colour = policyColour(column.request.policy.name);
        for (const double value : values)
            series.points += {.x = double(series.points.size() + 1), .y = bits ? value * 100 : value};
        if (column.id == set_.state().chosen)
            emphasised = static_cast<int>(figure.series.size());
        figure.series += series;
    }
    pages_->setCurrentWidget(plot_);
    plot_->setAccessibleName(figure.title);
    plot_->setEmptyText(
        bits ? tr("Bits that differ from the reference, scale by scale, stand here when two pictures are "
                  "made.")
             : tr("What the cache alone changes, without the drift of a free run. “Measure” repeats the runs "
                  "and feeds them the reference's bits."));
    plot_->setEmphasised(emphasised);
    plot_->setFigure(figure);
    plot_->setSelectedColumn(scale_);
    text_->clear();
}

void PartingPanel::fillMap() {
    const CompareColumn* reference = set_.reference();
    const CompareColumn* chosen = set_.chosen();
    const TeacherForcedFigures* forced =
        reference && chosen ? figures_.forced(reference->run, chosen->run) : nullptr;
    if (!forced || forced->klPerLayer.empty()) {
        map_->setFigure({});
        plot_->setEmptyText(
            tr("What each layer's evictions do by themselves, scale by scale, stands here when it "
               "is measured: with the reference's bits, and one layer's cache compressed at a time."));
        plot_->setAccessibleName(quantity_->currentText());
        plot_->setFigure({});
        pages_->setCurrentWidget(plot_);
        text_->setText(chosen && chosen->id != set_.state().reference
                           ? tr("not measured for %1").arg(columnName(*chosen))
                           : tr("choose a picture other than the reference"));
        return;
    }
    pages_->setCurrentWidget(map_);
    map_->setFigure(figures::klFigure(forced->klPerLayer));
    if (const auto at = most(*chosen)) {
        map_->setSelected(at->layer, at->scale);
        text_->setText(tr("%1: most at layer %2, scale %3; click: inspect")
                           .arg(columnName(*chosen))
                           .arg(at->layer + 1)
                           .arg(at->scale + 1));
    }
}

std::optional<PartingPanel::Most> PartingPanel::most(const CompareColumn& column) const {
    const CompareColumn* reference = set_.reference();
    if (!reference || !column.run)
        return {};
    if (const TeacherForcedFigures* forced = figures_.forced(reference->run, column.run)) {
        Most most{.layer = -1, .scale = 0};
        double largest = -1;
        for (std::size_t layer = 0; layer < forced->klPerLayer.size(); ++layer) {
            const std::vector<double>& scales = forced->klPerLayer[layer];
            for (std::size_t scale = 0; scale < scales.size(); ++scale) {
                if (scales[scale] > largest) {
                    largest = scales[scale];
                    most = {.layer = int(layer), .scale = int(scale)};
                }
            }
        }
        if (most.layer >= 0)
            return most;
        if (!forced->klPerScale.empty())
            return Most{.layer = -1,
                        .scale = int(std::max_element(forced->klPerScale.begin(), forced->klPerScale.end()) -
                                     forced->klPerScale.begin())};
    }
    const RunFigures::Known* known = figures_.of(reference->run, column.run);
    if (!known || !known->difference || !known->difference->bits)
        return {};
    const std::vector<double>& shares = known->difference->bits->perScale;
    return Most{.layer = -1, .scale = int(std::max_element(shares.begin(), shares.end()) - shares.begin())};
}

} // namespace scalekv::ui
