#include "ui/generate/prompt_lines.h"

#include "scalekv/prompts.h"

#include <QStringList>

namespace scalekv::ui {

QString promptLines(const QString& path) {
    QStringList lines;
    for (const std::string& prompt : promptsInFile(path.toStdString(), std::size_t(16) << 20))
        lines += QString::fromStdString(prompt).simplified();
    return lines.join(QLatin1Char('\n'));
}

} // namespace scalekv::ui
