#pragma once

#include "ui/compare/compare_column.h"

namespace scalekv::ui {

/// "ScaleKV 10 %": what a column is called.
QString columnName(const CompareColumn& column);
/// What else differs from the reference, beside policy and budget: "cfg 4 instead of 3, another model";
/// empty: nothing.
QString columnDifference(const CompareColumn& column, const CompareColumn& reference);
/// Why no more can be added.
QString mostColumnsText();
/// What has become of it: "waits", "stopped at scale 4", why it failed; empty: it is done.
QString columnStateText(const CompareColumn& column);

} // namespace scalekv::ui
