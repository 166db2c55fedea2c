#include "ui/generate/memory_forecast.h"

namespace scalekv::ui {

MemoryForecast::MemoryForecast(QWidget* parent) : WrappedLabel(Tone::Faint, parent) {
    setObjectName(QStringLiteral("memoryForecast"));
}

void MemoryForecast::showOutlook(const MemoryOutlook& outlook, bool onCpu) {
    setTone(onCpu && !outlook.fits() ? Tone::Problem : Tone::Faint);
    say(onCpu ? outlookText(outlook) : cacheOutlookText(outlook));
    setToolTip(outlookToolTip(outlook));
}

void MemoryForecast::showProblem(const QString& why) {
    setTone(Tone::Problem);
    say(why);
    setToolTip({});
}

} // namespace scalekv::ui
