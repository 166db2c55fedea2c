#include "ui/shell/theme.h"

#include "ui/shell/field_style.h"

#include <QApplication>
#include <QSettings>

namespace scalekv::ui {
namespace {

struct Colours {
    QColor window, base, alternate, button, text, faint, line, border, dark, accent;
};

constexpr Qt::GlobalColor kOnAccent = Qt::white;

QPalette makePalette(const Colours& c) {
    QPalette palette(c.text, c.button, c.button.lighter(115), c.line.darker(130), c.line, c.text, Qt::white,
                     c.base, c.window);
    palette.setColor(QPalette::AlternateBase, c.alternate);
    palette.setColor(QPalette::Dark, c.dark);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Disabled, QPalette::Mid, c.line);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, kOnAccent);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::ToolTipBase, c.alternate);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.faint);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, c.faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.line);
    return palette;
}

/// The desktop prefers light text on dark.
bool systemIsDark() {
    QApplication::setPalette(QPalette()); // gives the desktop's own back
    const QPalette palette = QApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

constexpr char kKey[] = "window/theme";

} // namespace

QPalette lightPalette() {
    return makePalette({.window = QColor(0xf4, 0xf5, 0xf7),
                        .base = QColor(0xff, 0xff, 0xff),
                        .alternate = QColor(0xea, 0xec, 0xf0),
                        .button = QColor(0xfb, 0xfb, 0xfc),
                        .text = QColor(0x1b, 0x1d, 0x21),
                        .faint = QColor(0x66, 0x6b, 0x74),
                        .line = QColor(0xc6, 0xca, 0xd1),
                        .border = QColor(0x84, 0x89, 0x92),
                        .dark = QColor(0xdf, 0xe2, 0xe7),
                        .accent = QColor(0x3b, 0x6f, 0xe0)});
}

QPalette darkPalette() {
    return makePalette({.window = QColor(0x24, 0x26, 0x2a),
                        .base = QColor(0x1b, 0x1c, 0x1f),
                        .alternate = QColor(0x2c, 0x2f, 0x34),
                        .button = QColor(0x33, 0x36, 0x3c),
                        .text = QColor(0xe7, 0xe9, 0xec),
                        .faint = QColor(0x95, 0x9a, 0xa3),
                        .line = QColor(0x4a, 0x4e, 0x56),
                        .border = QColor(0x78, 0x7d, 0x87),
                        .dark = QColor(0x16, 0x17, 0x19),
                        .accent = QColor(0x3e, 0x6f, 0xe1)});
}

void applyTheme(Theme theme) {
    if (!qobject_cast<FieldStyle*>(QApplication::style()))
        QApplication::setStyle(new FieldStyle); // takes it
    const bool dark = theme == Theme::Dark || (theme == Theme::System && systemIsDark());
    QApplication::setPalette(dark ? darkPalette() : lightPalette());
}

Theme storedTheme(const QSettings& settings) {
    const QString name = settings.value(QLatin1String(kKey)).toString();
    return name == QLatin1String("light")  ? Theme::Light
           : name == QLatin1String("dark") ? Theme::Dark
                                           : Theme::System;
}

void storeTheme(QSettings& settings, Theme theme) {
    const char* name = theme == Theme::Light ? "light" : theme == Theme::Dark ? "dark" : "system";
    settings.setValue(QLatin1String(kKey), QLatin1String(name));
}

} // namespace scalekv::ui
