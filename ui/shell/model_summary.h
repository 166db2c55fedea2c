#pragma once

#include "scalekv/model.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

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
    int pixelsPerToken = 0;
    qint64 parameters = 0;
    qint64 weightBytes = 0;
    QString precision;
    QString device;
    QStringList notes;

    QString name() const { return QString::fromStdString(files.name); }
};

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::ModelSummary)
