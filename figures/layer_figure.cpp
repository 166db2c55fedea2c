#include "figures/layer_figure.h"

#include "scalekv/unit_text.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>
#include <limits>

namespace scalekv::figures {

using widgets::ColourScale;
using widgets::HeatMapFigure;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Figures", text);
}

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Rows bottom up.
QVector<int> bottomUp(int rows) {
    QVector<int> order;
    for (int row = rows; row-- > 0;)
        order += row;
    return order;
}

ColourScale roleColours() {
    ColourScale colours;
    colours.kind = ColourScale::Kind::Categorical;
    colours.categories = {{tr("refiner"), {}}, {tr("drafter"), {}}};
    return colours;
}

void dress(HeatMapFigure& figure, LayerQuantity quantity) {
    const LayerQuantityInfo& info = infoOf(quantity);
    figure.title = QString::fromUtf8(info.label.data(), qsizetype(info.label.size()));
    figure.rowAxis = tr("layer");
    figure.format = [quantity](double value) { return valueText(quantity, value); };
    if (quantity == LayerQuantity::Role)
        figure.colours = roleColours();
    else if (quantity == LayerQuantity::ZScore)
        figure.colours.kind = ColourScale::Kind::Diverging;
    else if (quantity == LayerQuantity::Kept)
        figure.cellFormat = [](double value) { return QLocale().toString(value, 'f', 0); };
}

void markDrafters(HeatMapFigure& figure, const RoleTable& roles) {
    if (roles.rows.empty() || roles.layers() != figure.rows())
        return;
    figure.markName = tr("drafter by calibration");
    for (int layer = 0; layer < figure.rows(); ++layer)
        for (int scale = 0; scale < figure.columns(); ++scale)
            figure.setMarked(layer, scale, roles.drafter(scale, layer));
}

} // namespace

QStringList numbered(int count) {
    QStringList names;
    for (int i = 1; i <= count; ++i)
        names += QString::number(i);
    return names;
}

QString valueText(LayerQuantity quantity, double value) {
    if (std::isnan(value))
        return tr("not known");
    const QLocale locale;
    switch (quantity) {
    case LayerQuantity::Role:
        return value > 0.5 ? tr("drafter") : tr("refiner");
    case LayerQuantity::Kept:
        return tr("%1 tokens").arg(locale.toString(value, 'f', value == std::floor(value) ? 0 : 1));
    case LayerQuantity::Bytes:
        return QString::fromStdString(byteText(std::int64_t(value)));
    case LayerQuantity::Entropy:
        return tr("%1 nats").arg(locale.toString(value, 'f', 2));
    default:
        return locale.toString(value, 'f', std::abs(value) < 0.1 ? 3 : 2);
    }
}

HeatMapFigure layerFigure(const RunRecord& record, LayerQuantity quantity, const RoleTable* calibrated) {
    HeatMapFigure figure(numbered(record.layers), numbered(int(record.schedule.size())));
    dress(figure, quantity);
    figure.columnAxis = tr("scale");
    figure.rowOrder = bottomUp(record.layers);
    const ScaleLayerTable table = quantityTable(record, quantity);
    for (int scale = 0; scale < figure.columns(); ++scale)
        for (int layer = 0; layer < figure.rows(); ++layer)
            figure.setValue(layer, scale, table[std::size_t(scale)][std::size_t(layer)]);
    if (calibrated)
        markDrafters(figure, *calibrated);
    return figure;
}

HeatMapFigure klFigure(const std::vector<std::vector<double>>& klPerLayer) {
    const auto layers = int(klPerLayer.size());
    HeatMapFigure figure(numbered(layers), numbered(layers == 0 ? 0 : int(klPerLayer.front().size())));
    figure.title = tr("KL by layer");
    figure.rowAxis = tr("layer");
    figure.columnAxis = tr("scale");
    figure.rowOrder = bottomUp(layers);
    figure.colours.minimum = 0;
    figure.format = [](double value) { return tr("%1 nats a bit").arg(QLocale().toString(value, 'g', 3)); };
    for (int layer = 0; layer < figure.rows(); ++layer)
        for (int scale = 0; scale < figure.columns(); ++scale)
            figure.setValue(layer, scale, klPerLayer[std::size_t(layer)][std::size_t(scale)]);
    return figure;
}

HeatMapFigure headFigure(const RunRecord& record, LayerQuantity quantity, int scale) {
    HeatMapFigure figure(numbered(record.layers), numbered(record.heads));
    dress(figure, quantity);
    figure.title = tr("%1 at scale %2").arg(figure.title).arg(scale + 1);
    figure.columnAxis = tr("head");
    figure.rowOrder = bottomUp(record.layers);
    const auto table = headTable(record, quantity, scale);
    for (int layer = 0; layer < figure.rows(); ++layer)
        for (int head = 0; head < figure.columns(); ++head)
            figure.setValue(layer, head, table[std::size_t(layer)][std::size_t(head)]);
    return figure;
}

HeatMapFigure calibratedFigure(const RunRecord& record, const RoleTable& calibrated) {
    HeatMapFigure figure(numbered(record.layers), numbered(int(record.schedule.size())));
    dress(figure, LayerQuantity::Role);
    figure.title = tr("Role by calibration");
    figure.noneName = calibrated.rows.empty() ? tr("not calibrated") : tr("no history, no role");
    figure.columnAxis = tr("scale");
    figure.rowOrder = bottomUp(record.layers);
    if (calibrated.rows.empty() || calibrated.layers() != record.layers)
        return figure;
    for (int layer = 0; layer < figure.rows(); ++layer)
        for (int scale = 1; scale < figure.columns(); ++scale)
            figure.setValue(layer, scale, calibrated.drafter(scale, layer) ? 1 : 0);
    return figure;
}

std::vector<double> massOf(const RunRecord& record, int scale, int layer, int head) {
    const auto& attention = record.attention[std::size_t(scale)][std::size_t(layer)];
    if (!attention)
        return {};
    return head < 0 ? attention->mean.mass : attention->heads[std::size_t(head)].mass;
}

HeatMapFigure massFigure(const RunRecord& record, int layer, int head) {
    const auto scales = int(record.schedule.size());
    HeatMapFigure figure(numbered(scales), numbered(scales));
    figure.title = tr("Attention by scale, %");
    figure.rowAxis = tr("scale that asks");
    figure.columnAxis = tr("scale that is read");
    figure.colours.minimum = 0;
    figure.cellFormat = [](double value) { return QLocale().toString(value * 100, 'f', 0); };
    figure.format = [](double value) {
        return std::isnan(value) ? tr("not known") : tr("%1 %").arg(QLocale().toString(value * 100, 'f', 1));
    };
    for (int scale = 0; scale < scales; ++scale) {
        const std::vector<double> mass = massOf(record, scale, layer, head);
        for (int read = 0; read < scales; ++read)
            figure.setValue(scale, read, std::size_t(read) < mass.size() ? mass[std::size_t(read)] : kNone);
    }
    return figure;
}

} // namespace scalekv::figures
