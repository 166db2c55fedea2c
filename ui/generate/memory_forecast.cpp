#include "ui/generate/memory_forecast.h"

namespace scalekv::ui {

MemoryForecast::MemoryForecast(QWidget* parent) : WrappedLabel(Tone::Faint, parent) {
    setObjectName(QStringLiteral("memoryForecast"));
}

void MemoryForecast::showOutlook(const MemoryOutlook& outlook) {
    setTone(!outlook.fits() ? Tone::Problem : Tone::Faint);
    say(outlookText(outlook));
    setToolTip(outlookToolTip(outlook));
}

void MemoryForecast::showProblem(const QString& why) {
    setTone(Tone::Problem);
    say(why);
    setToolTip({});
}

} // namespace scalekv::ui
