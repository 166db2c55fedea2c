#pragma once

#include <QString>

#include <chrono>

namespace scalekv::ui {

// The window writes numbers as the user's locale does and its words can be translated; scalekv/unit_text.h is
// English, for files and terminals.

/// "1.2 GiB", "430 MiB"
QString byteText(qint64 bytes);
/// "1 seed", "3 seeds".
QString countedText(qsizetype count, const QString& one, const QString& many);
/// "less than a second", "8 s", "2 min 10 s", "1 h 5 min": of times that are estimated
QString durationText(std::chrono::duration<double> seconds);
/// "0.25 s", "1.3 s", "2 min 10 s": of times that were measured
QString secondsText(double seconds);

} // namespace scalekv::ui
