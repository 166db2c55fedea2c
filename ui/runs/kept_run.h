#pragma once

#include "gallery/keep.h"
#include "ui/runs/recordings.h"

#include <QString>

namespace scalekv::ui {

/// A finished run as the gallery keeps it. Copies its pictures: not for the window's thread.
gallery::NewPicture newPicture(const GenerationResult& result, const RecordPtr& record);

/// A picture with a recipe, and, where its run file lies beside it and belongs to it, all that is known of
/// its run: then it is not `opened`, but as if it had just been finished. No result where it has no recipe.
/// Throws Error for what is no picture, and std::bad_alloc.
RecordedRun readPicture(const QString& path);

} // namespace scalekv::ui
