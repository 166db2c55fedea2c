#pragma once

#include <QString>

namespace scalekv::ui {

/// The help page as HTML: help.html, with what the program knows of policies and measured quantities put in
/// where it says so, in the same words as on the screen.
QString helpText();

} // namespace scalekv::ui
