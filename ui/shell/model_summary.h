#pragma once

#include "scalekv/model.h"
#include "scalekv/roles.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace scalekv::ui {

/// Which model to load, and how.
struct ModelChoice {
    QString path; ///< file or folder, see findModel()
    LoadOptions options;
};

/// What the window needs to know of a loaded model. The model itself stays on the worker's thread.
struct ModelSummary {
    QString path; ///< as it was chosen
    ModelFiles files;
    ModelIdentity identity;
    int layers = 0;
    int heads = 0;
    std::optional<RoleTable> roles; ///< of its calibration; none: it has none
    int pixelsPerToken = 0;
    qint64 parameters = 0;
    qint64 weightBytes = 0;
    QString precision;
    QString device;
    QStringList notes;
    /// For what is only asked of the model, without keeping its memory.
    std::weak_ptr<const Model> weights;

    QString name() const { return QString::fromStdString(files.name); }
};

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::ModelSummary)
