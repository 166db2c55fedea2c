#pragma once

#include "scalekv/roles.h"
#include "scalekv/run_record.h"

#include <QByteArray>
#include <QString>

#include <string>
#include <vector>

namespace scalekv::figures {

/// A file of an export, in memory: none is written before all could be made.
struct ExportFile {
    std::string name; ///< "selectivity.svg"
    QByteArray bytes;
};

/// Every heat map of a recorded run, layers × scales, as PNG (two pixels a logical one) and SVG, on white.
/// `calibrated` may be null. Needs a QGuiApplication; "offscreen" will do.
std::vector<ExportFile> heatMapFiles(const RunRecord& record, const RoleTable* calibrated);

/// What was measured as tables: attention.csv, heads.csv, attention.json.
std::vector<ExportFile> tableFiles(const RunRecord& record, const RoleTable* calibrated);

} // namespace scalekv::figures
