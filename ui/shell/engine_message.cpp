#include "ui/shell/engine_message.h"

#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <QCoreApplication>

#include <new>

namespace scalekv::ui {

QString messageOf(const std::exception& error) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Engine", text); };
    if (dynamic_cast<const Error*>(&error))
        return QString::fromUtf8(error.what());
    if (dynamic_cast<const std::bad_alloc*>(&error))
        return QString::fromStdString(noMemoryText());
    return tr("The engine could not go on: %1")
        .arg(QString::fromUtf8(error.what()).section(QLatin1Char('\n'), 0, 0));
}

} // namespace scalekv::ui
