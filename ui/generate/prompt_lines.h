#pragma once

#include <QString>

namespace scalekv::ui {

/// The prompts of a file as one types them, one a line. Throws Error where there are none, or more than one
/// would look through (16 MiB).
QString promptLines(const QString& path);

} // namespace scalekv::ui
