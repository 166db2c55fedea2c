#include "ui/text/unit_text.h"

#include "ui/text/tr.h"

#include <QLocale>

#include <cmath>

namespace scalekv::ui {

QString byteText(qint64 bytes) {
    // Two digits at least, so that the same amount does not look like another one elsewhere; three of GiB, of
    // which a machine has few.
    qint64 unit = 1;
    while (bytes / unit >= 1024)
        unit *= 1024;
    const bool decimal = unit >= (qint64(1) << 30) || (unit > 1 && double(bytes) / double(unit) < 9.95);
    return QLocale().formattedDataSize(bytes, decimal ? 1 : 0);
}

QString countedText(qsizetype count, const QString& one, const QString& many) {
    return QStringLiteral("%1 %2").arg(count).arg(count == 1 ? one : many);
}

QString durationText(std::chrono::duration<double> seconds) {
    const auto whole = static_cast<qint64>(std::llround(seconds.count()));
    if (whole < 1)
        return tr("less than a second");
    if (whole < 60)
        return tr("%1 s").arg(whole);
    if (whole < 3600)
        return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

QString secondsText(double seconds) {
    if (seconds < 10)
        return tr("%1 s").arg(QLocale().toString(seconds, 'f', seconds < 1 ? 2 : 1));
    return durationText(std::chrono::duration<double>(seconds));
}

} // namespace scalekv::ui
