#pragma once

#include "ui/runs/picture_sheet.h"
#include "ui/runs/queued_work.h"

/// The stored forms of what a queue holds: JSON, with requests and comparisons in the engine's own form.
namespace scalekv::ui {

/// Empty: it is not kept.
QString storedKind(const QueuedWork& work);
/// Only of a kind that is kept.
QString storedBody(const QueuedWork& work);
/// `begun`: it had begun before the program ended, so that a comparison goes on. Throws Error for what cannot
/// be read.
decltype(QueuedWork::work) storedWork(const QString& kind, const QString& body, bool begun);

/// Of a toJson(). Throws Error for what cannot be read.
ModelIdentity storedModel(const QString& stored);

QString storedBody(const PictureSheet& sheet);
/// Throws Error for what cannot be read.
PictureSheet storedSheet(const QString& body);

} // namespace scalekv::ui
