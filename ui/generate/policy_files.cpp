#include "ui/generate/policy_files.h"

#include "scalekv/calibration.h"
#include "scalekv/error.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <filesystem>
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
        if (model) {
            bool canBeUsed = false;
            const std::string odd = calibrationProblem(calibration.model, model->identity, model->layers,
                                                       model->heads, &canBeUsed);
            if (!odd.empty() && !canBeUsed)
                throw Error(path.toStdString() + ": " + odd);
            file.note = QString::fromStdString(odd);
        }
        file.roles = calibration.roles;
    });
}

PolicyFile readBudgets(const QString& path, const std::optional<ModelSummary>& model) {
    return reading([&](PolicyFile& file) {
        BudgetTable table = readBudgetFile(path.toStdString());
        const std::size_t layers = table.empty() ? 0 : table.begin()->second.drafter.size();
        if (model && !table.empty() && static_cast<int>(layers) != model->layers)
            file.problem = QCoreApplication::translate(
                               "PolicyFile", "%1: it is for a model with %2 layers, but this one has %3.")
                               .arg(path)
                               .arg(layers)
                               .arg(model->layers);
        else
            file.budgets = std::move(table);
    });
}

} // namespace scalekv::ui
