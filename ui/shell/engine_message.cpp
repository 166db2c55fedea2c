#include "ui/shell/engine_message.h"

#include "scalekv/error.h"

#include <QCoreApplication>

#include <new>

namespace scalekv::ui {

QString messageOf(const std::exception& error) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Engine", text); };
    if (dynamic_cast<const Error*>(&error))
        return QString::fromUtf8(error.what());
    if (dynamic_cast<const std::bad_alloc*>(&error))
        return tr("There is not enough memory. Choose a smaller size, or close other programs.");
    return tr("The engine could not go on: %1")
        .arg(QString::fromUtf8(error.what()).section(QLatin1Char('\n'), 0, 0));
}

} // namespace scalekv::ui
