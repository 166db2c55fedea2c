#pragma once

#include <QPalette>

class QSettings;

namespace scalekv::ui {

enum class Theme { System, Light, Dark };

/// The palettes; public for the test of their contrasts. QPalette::Mid is the line around a field.
QPalette lightPalette();
QPalette darkPalette();

/// Sets style and palette of the whole program; icons and plots follow it.
void applyTheme(Theme theme);

Theme storedTheme(const QSettings& settings);
void storeTheme(QSettings& settings, Theme theme);

} // namespace scalekv::ui
