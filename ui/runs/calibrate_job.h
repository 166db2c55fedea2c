#pragma once

#include "scalekv/calibration.h"

#include <QMetaType>
#include <QString>

#include <memory>

namespace scalekv::ui {

/// What `scalekv calibrate` does, into the same kind of file: one that was begun is gone on with.
struct CalibrateJob {
    QString file;
    CalibrationSettings settings; ///< its policy and precision are not read
};

/// Never changed once made.
using CalibrationPtr = std::shared_ptr<const Calibration>;

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::CalibrationPtr)
