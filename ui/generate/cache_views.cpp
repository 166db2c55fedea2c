#include "ui/generate/cache_views.h"

#include "figures/layer_figure.h"
#include "ui/text/shape_text.h"
#include "ui/text/unit_text.h"
#include "widgets/heat_map.h"
#include "widgets/kv_plot.h"
#include "widgets/stacked_bars.h"

#include <QSettings>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace scalekv::ui {
namespace {

constexpr char kTabKey[] = "generate/cacheView";

/// The parts of a scale's time, as ScaleReport has them, and the rest.
QVector<double> parts(const ScaleReport& report) {
    const QVector<double> known{report.attentionSeconds, report.gemmSeconds, report.selectionSeconds,
                                report.probeSeconds, report.decodeSeconds};
    double rest = report.seconds;
    for (const double seconds : known)
        rest -= seconds;
    return known + QVector<double>{std::max(0.0, rest)};
}

widgets::StackedColumns timeColumns(const GenerationPlan& plan) {
    widgets::StackedColumns data;
    data.columns = figures::numbered(int(plan.schedule.size()));
    for (const QString& name :
         {CacheViews::tr("attention"), CacheViews::tr("linear layers"), CacheViews::tr("selection"),
          CacheViews::tr("recording"), CacheViews::tr("decoding"), CacheViews::tr("other")})
        data.segments += widgets::StackedColumns::Segment{name, {}};
    data.values.fill(QVector<double>(data.segments.size(), 0.0), data.columns.size());
    data.columnAxis = CacheViews::tr("scale");
    data.valueAxis = CacheViews::tr("seconds");
    data.relation = CacheViews::tr("took for");
    data.format = secondsText;
    return data;
}

} // namespace

CacheViews::CacheViews(QWidget* parent)
    : QWidget(parent), tabs_(new QTabWidget(this)), plot_(new widgets::KvPlot(this)),
      layers_(new widgets::HeatMap(this)), times_(new widgets::StackedBars(this)) {
    plot_->setSelectable(true);
    plot_->setToolTip(tr("Bytes of stored keys and values after every scale"));
    layers_->setAccessibleName(tr("KV cache by layer"));
    times_->setAccessibleName(tr("Time by scale"));
    tabs_->setDocumentMode(true);
    tabs_->setObjectName(QStringLiteral("cacheViews"));
    tabs_->addTab(plot_, tr("By scale"));
    tabs_->addTab(layers_, tr("By layer"));
    tabs_->addTab(times_, tr("Time"));
    tabs_->setTabToolTip(0, tr("What is stored after every scale, beside the full cache"));
    tabs_->setTabToolTip(1, tr("What every layer holds after every scale"));
    tabs_->setTabToolTip(2, tr("How long every scale took, and what for"));
    tabs_->setCurrentIndex(QSettings().value(QLatin1String(kTabKey), 0).toInt());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(tabs_);

    connect(tabs_, &QTabWidget::currentChanged, this, &CacheViews::outdated);
    connect(plot_, &widgets::KvPlot::scaleClicked, this, &CacheViews::scaleChosen);
    connect(layers_, &widgets::HeatMap::cellSelected, this,
            [this](int /*layer*/, int scale) { Q_EMIT scaleChosen(scale); });
    connect(times_, &widgets::StackedBars::columnSelected, this, &CacheViews::scaleChosen);
}

void CacheViews::showRun(const Run& run) {
    // Nobody waits for plots that are not seen: they are drawn when they are.
    peak_ = 0;
    if (plot_->isVisible())
        fillPlot(run);
    if (layers_->isVisible())
        fillLayers(run);
    if (times_->isVisible())
        fillTimes(run);
}

void CacheViews::fillPlot(const Run& run) {
    const GenerationPlan& plan = run.plan;
    QStringList maps;
    for (const MapSize map : plan.schedule)
        maps += mapText(map);
    plot_->begin(maps, QVector<qint64>(plan.fullKvBytes.begin(), plan.fullKvBytes.end()));
    if (plan.request.policy.evicts() && !plan.kvBytes.empty())
        plot_->setBudget(*std::max_element(plan.kvBytes.begin(), plan.kvBytes.end()));
    for (int scale = 0; scale < run.bytes.size(); ++scale)
        plot_->setBytes(scale, run.bytes[scale]);
    if (!run.record)
        return;
    // As the layers did their work one after the other: each holds what it held until its turn comes.
    std::vector<std::int64_t> held(std::size_t(run.record->layers), 0);
    std::int64_t sum = 0;
    int peakScale = -1;
    for (int scale = 0; scale < static_cast<int>(run.record->layerBytes.size()); ++scale) {
        const auto& row = run.record->layerBytes[std::size_t(scale)];
        for (std::size_t layer = 0; layer < row.size(); ++layer) {
            if (row[layer] < 0)
                continue;
            sum += row[layer] - std::exchange(held[layer], row[layer]);
            if (sum > peak_) {
                peak_ = sum;
                peakScale = scale;
            }
        }
    }
    plot_->setPeak(peakScale, peak_);
}

void CacheViews::fillLayers(const Run& run) {
    widgets::HeatMapFigure figure =
        figures::layerFigure(run.record ? *run.record : RunRecord(run.plan.schedule, run.plan.layers, 0),
                             LayerQuantity::Bytes, nullptr);
    figure.title = tr("Keys and values that each layer holds");
    figure.colours.minimum = 0;
    if (!run.record)
        figure.noneName = tr("not recorded");
    layers_->setFigure(std::move(figure));
}

void CacheViews::fillTimes(const Run& run) {
    widgets::StackedColumns times = timeColumns(run.plan);
    for (const ScaleReport& report : run.reports)
        if (report.scale < times.values.size())
            times.values[report.scale] = parts(report);
    times_->setData(std::move(times));
}

void CacheViews::clear() {
    showRun({.plan = {}, .reports = {}, .bytes = {}, .record = nullptr});
}

void CacheViews::addLayer(const LayerProgress& layer) {
    if (plot_->isVisible()) {
        plot_->setBytes(layer.scale, layer.kvBytes);
        if (layer.kvBytes > peak_) {
            peak_ = layer.kvBytes;
            plot_->setPeak(layer.scale, peak_);
        }
    }
    if (layers_->isVisible())
        layers_->setValue(layer.layer, layer.scale, static_cast<double>(layer.layerKvBytes));
}

void CacheViews::addScale(const ScaleReport& report) {
    if (!times_->isVisible())
        return;
    const QVector<double> seconds = parts(report);
    for (int part = 0; part < seconds.size(); ++part)
        times_->setValue(report.scale, part, seconds[part]);
}

void CacheViews::setSelectedScale(int scale) {
    if (plot_->isVisible())
        plot_->setSelectedScale(scale);
    if (layers_->isVisible()) {
        const int layer = std::clamp(layers_->selectedRow(), 0, std::max(0, layers_->figure().rows() - 1));
        layers_->setSelected(layer, scale);
    }
    if (times_->isVisible())
        times_->setSelected(scale);
}

void CacheViews::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    Q_EMIT outdated();
}

void CacheViews::saveSettings() const {
    QSettings().setValue(QLatin1String(kTabKey), tabs_->currentIndex());
}

} // namespace scalekv::ui
