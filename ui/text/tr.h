#pragma once
#include <QCoreApplication>

namespace scalekv::ui {

/// The text in the user's language, for functions outside any QObject, which have no tr() of their own.
inline QString tr(const char* text) {
    return QCoreApplication::translate("Texts", text);
}

} // namespace scalekv::ui
