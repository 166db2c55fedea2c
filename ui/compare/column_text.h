#pragma once

#include "ui/compare/compare_column.h"

namespace scalekv::ui {

/// "ScaleKV 10 %": what a column is called.
QString columnName(const CompareColumn& column);
/// What else differs from the reference, beside policy and budget: "cfg 4 instead of 3, another model";
/// empty: nothing.
QString columnDifference(const CompareColumn& column, const CompareColumn& reference);
/// What a column saved beside the reference, and what that shows: "ScaleKV 10 % holds 7.0 of 70.2 MiB (−90
/// %); 29.2 dB: differences can be seen". Bytes only where both are known.
QString columnVerdict(const CompareColumn& column, const CompareColumn& reference, double psnr);
/// Why no more can be added.
QString mostColumnsText();
/// What has become of it: "waits", "stopped at scale 4", why it failed; empty: it is done.
QString columnStateText(const CompareColumn& column);

} // namespace scalekv::ui
