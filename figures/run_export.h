#pragma once

#include "scalekv/request.h"
#include "scalekv/roles.h"
#include "scalekv/run_record.h"

#include <QByteArray>
#include <QString>

#include <string>
#include <vector>

namespace scalekv::figures {

/// Where the heat maps lie in the folder of an export.
inline constexpr char kMapsFolder[] = "maps";

/// A file of an export, in memory: none is written before all could be made.
struct ExportFile {
    std::string name; ///< below the export's folder: "maps/selectivity.svg"
    QByteArray bytes;
};

/// Which run a figure is of, in a line whose end may be cut off: "scalekv 10 % · seed 3 · a red apple".
QString runCaption(const GenerationRequest& request);

/// Every heat map of a recorded run, layers × scales, as PNG (two pixels a logical one) and SVG, on white.
/// `calibrated` may be null. Needs a QGuiApplication; "offscreen" will do.
std::vector<ExportFile> heatMapFiles(const RunRecord& record, const RoleTable* calibrated,
                                     const QString& caption);

/// What was measured as tables: attention.csv, heads.csv, attention.json.
std::vector<ExportFile> tableFiles(const RunRecord& record, const RoleTable* calibrated);

} // namespace scalekv::figures
