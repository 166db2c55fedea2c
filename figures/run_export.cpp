#include "figures/run_export.h"

#include "figures/layer_figure.h"
#include "widgets/heat_map_export.h"

#include <QFont>
#include <QPalette>

#include <algorithm>

namespace scalekv::figures {

using widgets::HeatMapFigure;

namespace {

/// Room for every cell and for the names beside them.
QSize sizeOf(const widgets::HeatMapFigure& figure) {
    return {std::max(420, 110 + 34 * figure.columns()), std::max(360, 150 + 22 * figure.rows())};
}

void add(std::vector<ExportFile>& files, const std::string& stem, const widgets::HeatMapFigure& figure) {
    const QPalette palette(Qt::black, Qt::white, Qt::lightGray, Qt::darkGray, Qt::gray, Qt::black, Qt::white,
                           Qt::white, Qt::white);
    const QFont font(QStringLiteral("DejaVu Sans"), 9);
    files.push_back({stem + ".png", widgets::heatMapPng(figure, sizeOf(figure), 2, palette, font)});
    files.push_back({stem + ".svg", widgets::heatMapSvg(figure, sizeOf(figure), palette, font)});
}

} // namespace

QString runCaption(const GenerationRequest& request) {
    const QString prompt =
        request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
    return QStringLiteral("%1 · seed %2 · %3")
        .arg(QString::fromStdString(request.policy.text()))
        .arg(request.seed)
        .arg(prompt);
}

std::vector<ExportFile> heatMapFiles(const RunRecord& record, const RoleTable* calibrated,
                                     const QString& caption) {
    std::vector<ExportFile> files;
    const auto addOf = [&](const std::string& stem, HeatMapFigure figure) {
        figure.caption = caption;
        add(files, std::string(kMapsFolder) + "/" + stem, figure);
    };
    for (const LayerQuantityInfo& info : layerQuantities())
        addOf(std::string(info.key), layerFigure(record, info.quantity, calibrated));
    if (calibrated)
        addOf(kCalibratedRoleStem, calibratedFigure(record, *calibrated));
    return files;
}

std::vector<ExportFile> tableFiles(const RunRecord& record, const RoleTable* calibrated) {
    const auto file = [](const char* name, const std::string& text) {
        return ExportFile{name, QByteArray::fromStdString(text)};
    };
    return {file("attention.csv", toCsv(record, calibrated)), file("heads.csv", headsToCsv(record)),
            file("attention.json", toJson(record, calibrated))};
}

} // namespace scalekv::figures
