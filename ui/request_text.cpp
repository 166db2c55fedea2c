#include "ui/request_text.h"

#include "widgets/number_list_edit.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace scalekv::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RequestText", text);
}

QString listText(const std::vector<double>& numbers) {
    return widgets::numberListText(QVector<double>(numbers.begin(), numbers.end()));
}

} // namespace

QString mapText(MapSize map) {
    return QStringLiteral("%1×%2").arg(map.height).arg(map.width);
}

QString scaleText(int scale, int scales, MapSize map) {
    return tr("Scale %1/%2 · %3 tokens").arg(scale + 1).arg(scales).arg(mapText(map));
}

QString byteText(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, bytes < (1 << 30) ? 0 : 1);
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

QString fileStem(const GenerationRequest& request) {
    static const QRegularExpression unsafe(QStringLiteral("[^\\p{L}\\p{N}]+"));
    constexpr int kLongest = 60;
    QString stem = request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
    stem.replace(unsafe, QStringLiteral("-"));
    stem.truncate(kLongest);
    while (stem.startsWith(QLatin1Char('-')))
        stem.remove(0, 1);
    while (stem.endsWith(QLatin1Char('-')))
        stem.chop(1);
    if (stem.isEmpty())
        stem = QStringLiteral("picture");
    return QStringLiteral("%1-%2").arg(stem).arg(request.seed);
}

QString requestSummary(const GenerationRequest& request) {
    QString text = request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
    if (!request.negativePrompt.empty())
        text += QLatin1Char('\n') + tr("not: %1").arg(QString::fromStdString(request.negativePrompt));
    text += QLatin1Char('\n') +
            tr("seed %1 · %2 · cfg %3 · tau %4")
                .arg(request.seed)
                .arg(QString::fromStdString(request.size), listText(request.cfg), listText(request.tau));
    return text;
}

QString aspectText(double ratio, QSize pixels) {
    const QString form = ratio > 1.001 ? tr("Portrait") : ratio < 0.999 ? tr("Landscape") : tr("Square");
    return QStringLiteral("%1 %2 · %3 × %4 px")
        .arg(form, QLocale().toString(ratio, 'g', 4))
        .arg(pixels.width())
        .arg(pixels.height());
}

} // namespace scalekv::ui
