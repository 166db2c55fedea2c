#pragma once

#include "ui/compare/column_set.h"

#include <QByteArray>

namespace scalekv::ui {

/// What a comparison was going to make, as text for the settings: requests and models, no pictures. The same
/// request makes the same picture again.
QByteArray toStored(const ColumnSet::State& state);
/// All of them to be made, the reference first as it was; empty where the text is none of toStored()'s, or of
/// a release that had other settings.
QVector<CompareColumn> fromStored(const QByteArray& text);

} // namespace scalekv::ui
