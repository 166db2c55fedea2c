#include "ui/time_left.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace scalekv::ui {
namespace {
constexpr double kEnoughWork = 0.02;            // below this share any estimate is a guess
constexpr TimeLeft::Seconds kWindow{4};         // seconds over which the rate is averaged
constexpr TimeLeft::Seconds kShortestStep{0.1}; // updates come in bursts; shorter steps are noise
} // namespace

void TimeLeft::restart() {
    *this = TimeLeft();
}

void TimeLeft::update(double workDone, Seconds elapsed) {
    const Seconds step = elapsed - lastElapsed_;
    if (step < kShortestStep || workDone <= lastDone_)
        return;
    const double recent = (workDone - lastDone_) / step.count();
    // The estimate of work is not exact for every machine, so the rate may drift between scales.
    const double weight = rate_ == 0 ? 1 : 1 - std::exp(-step / kWindow);
    rate_ += weight * (recent - rate_);
    lastDone_ = workDone;
    lastElapsed_ = elapsed;
    if (workDone >= kEnoughWork)
        left_ = Seconds(std::max(0.0, 1 - workDone) / rate_);
}

QString durationText(TimeLeft::Seconds seconds) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("TimeLeft", text); };
    const auto whole = static_cast<qint64>(std::llround(seconds.count()));
    if (whole < 1)
        return tr("less than a second");
    if (whole < 60)
        return tr("%1 s").arg(whole);
    if (whole < 3600)
        return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

} // namespace scalekv::ui
