#pragma once

#include "scalekv/layer_quantity.h"
#include "scalekv/roles.h"
#include "scalekv/run_record.h"
#include "widgets/heat_map_figure.h"

#include <vector>

namespace scalekv::figures {

/// A value of a quantity in words, with its unit: "0.34", "643 tokens", "41 KiB", "drafter".
QString valueText(LayerQuantity quantity, double value);

/// Layers × scales. A dot marks the drafters of `calibrated`, where there are any. The first layer stands at
/// the bottom, as data flows up through a network.
widgets::HeatMapFigure layerFigure(const RunRecord& record, LayerQuantity quantity,
                                   const RoleTable* calibrated);
/// Layers × heads of one scale.
widgets::HeatMapFigure headFigure(const RunRecord& record, LayerQuantity quantity, int scale);
/// What files with the calibration's roles are called, without ending; those with a quantity by its key.
inline constexpr char kCalibratedRoleStem[] = "calibrated_role";
/// The calibration's drafters and refiners, layers × scales of the run.
widgets::HeatMapFigure calibratedFigure(const RunRecord& record, const RoleTable& calibrated);
/// Asking scale × scale that is read: the weight on each, of a layer's head, or of all (−1). Empty cells
/// where it was not recorded.
widgets::HeatMapFigure massFigure(const RunRecord& record, int layer, int head);
/// The weights on every scale that one scale of a layer reads; empty where they were not recorded.
std::vector<double> massOf(const RunRecord& record, int scale, int layer, int head);

/// Teacher-forced KL, nats a bit, of what one layer's cache does by itself (TeacherForcedFigures::klPerLayer,
/// [layer][scale]).
widgets::HeatMapFigure klFigure(const std::vector<std::vector<double>>& klPerLayer);

/// "1", "2", …
QStringList numbered(int count);

} // namespace scalekv::figures
