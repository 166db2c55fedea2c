#include "ui/generate/prompt_lines.h"

#include "scalekv/error.h"
#include "scalekv/prompts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

namespace scalekv::ui {
namespace {

const QRegularExpression kBreaks(QStringLiteral("[\\r\\n]+"));

} // namespace

QString promptLines(const QString& path) {
    // Of what is no file, such as a pipe, one may wait for ever.
    if (const QFileInfo file(path); file.exists() && !file.isFile())
        throw Error(QCoreApplication::translate("promptLines", "%1 is no file.").arg(path).toStdString());
    QStringList lines;
    for (const std::string& prompt : promptsInFile(path.toStdString(), std::size_t(16) << 20))
        lines += QString::fromStdString(prompt).replace(kBreaks, QStringLiteral(" "));
    return lines.join(QLatin1Char('\n'));
}

} // namespace scalekv::ui
