#pragma once

#include "ui/shell/desk.h"

namespace scalekv::ui {

/// Says what was just done, and offers to undo it. The message goes as soon as another step is the last, so
/// that undoes what it speaks of.
void sayUndoable(const Desk& desk, const QString& text);

} // namespace scalekv::ui
