#pragma once

#include <QString>

class QSettings;

namespace scalekv::ui {

enum class Theme { System, Light, Dark };

/// Sets the palette of the whole program; icons and plots follow it.
void applyTheme(Theme theme);

Theme storedTheme(const QSettings& settings);
void storeTheme(QSettings& settings, Theme theme);

} // namespace scalekv::ui
