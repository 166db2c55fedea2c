#include "ui/compare/quality_panel.h"

#include "scalekv/comparison_summary.h"
#include "ui/compare/chart_room.h"
#include "ui/compare/policy_colour.h"
#include "ui/text/policy_text.h"
#include "widgets/series_plot.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalekv::ui {

using widgets::PlotSeries;

namespace {

struct Quantity {
    QualityPoint::Value QualityPoint::*value;
    int decimals;
};
constexpr Quantity kQuantities[]{{&QualityPoint::psnr, 2}, {&QualityPoint::kl, 5}, {&QualityPoint::bits, 2}};

} // namespace

QualityPanel::QualityPanel(QWidget* parent)
    : QWidget(parent), quantity_(new QComboBox(this)), plot_(new widgets::SeriesPlot(this)) {
    quantity_->setObjectName(QStringLiteral("quality"));
    quantity_->setAccessibleName(tr("Quality by"));
    quantity_->addItems({tr("PSNR, dB"), tr("KL, nats a bit"), tr("bits that differ, %")});
    plot_->setObjectName(QStringLiteral("qualityPlot"));
    giveChartsRoom(*this, {plot_});
    plot_->setAccessibleName(tr("Quality over bytes"));
    auto* copy = new QAction(tr("Copy the curve's &values"), this);
    connect(copy, &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromUtf8(plot_->figure().csv())); });
    plot_->addAction(copy);
    plot_->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* head = new QHBoxLayout;
    head->addWidget(quantity_);
    head->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(plot_, 1);
    connect(quantity_, &QComboBox::currentIndexChanged, this, &QualityPanel::draw);
    draw();
}

void QualityPanel::setPoints(const QVector<QualityPoint>& points) {
    points_ = points;
    draw();
}

void QualityPanel::setEmptyText(const QString& text) {
    plot_->setEmptyText(text);
}

void QualityPanel::draw() {
    const Quantity& chosen = kQuantities[std::max(0, quantity_->currentIndex())];
    widgets::SeriesFigure figure;
    figure.title = tr("Quality over bytes");
    figure.xAxis = tr("KV cache, MiB");
    figure.yAxis = quantity_->currentText();
    figure.format = [decimals = chosen.decimals](double value) {
        return QLocale().toString(value, 'f', decimals);
    };
    double least = std::numeric_limits<double>::infinity(), most = 0;
    for (const QualityPoint& point : points_) {
        const QualityPoint::Value& value = point.*chosen.value;
        if (std::isfinite(value.mean)) { // it is seen
            least = std::min(least, point.mebibytes);
            most = std::max(most, point.mebibytes);
        }
        const QString title = policyTitle(point.policy);
        auto line = std::find_if(figure.series.begin(), figure.series.end(),
                                 [&](const PlotSeries& series) { return series.name == title; });
        if (line == figure.series.end()) {
            figure.series += PlotSeries{.name = title, .colour = policyColour(point.policy), .points = {}};
            line = std::prev(figure.series.end());
        }
        line->points +=
            {.x = point.mebibytes, .y = value.mean, .deviation = value.deviation, .name = point.name};
    }
    for (PlotSeries& line : figure.series)
        std::sort(line.points.begin(), line.points.end(),
                  [](const auto& a, const auto& b) { return a.x < b.x; });
    figure.logarithmicX = wantsLogarithm(least, most);
    plot_->setFigure(figure);
}

} // namespace scalekv::ui
