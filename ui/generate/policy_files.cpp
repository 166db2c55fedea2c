#include "ui/generate/policy_files.h"

#include "scalekv/calibration.h"
#include "scalekv/calibration_summary.h"

#include <functional>

namespace scalekv::ui {
namespace {

PolicyFile reading(const std::function<void(PolicyFile&)>& read) {
    PolicyFile file;
    try {
        read(file);
    } catch (const std::exception& error) {
        file = {};
        file.problem = QString::fromUtf8(error.what()); // names the file and the field
    }
    return file;
}

} // namespace

PolicyFile readRoles(const QString& path, const std::optional<ModelSummary>& model) {
    return reading([&](PolicyFile& file) {
        const Calibration calibration = readCalibration(path.toStdString());
        if (model)
            file.note = QString::fromStdString(
                noteOnUse(calibration, path.toStdString(), model->identity, model->layers, model->heads));
        file.roles = calibration.roles;
        file.headOrders = headOrders(calibration);
        file.headKinds = headKinds(calibration);
    });
}

PolicyFile readBudgets(const QString& path, const std::optional<ModelSummary>& model) {
    return reading([&](PolicyFile& file) {
        file.budgets = readBudgetFile(path.toStdString());
        if (model)
            checkLayers(*file.budgets, model->layers, path.toStdString());
    });
}

} // namespace scalekv::ui
