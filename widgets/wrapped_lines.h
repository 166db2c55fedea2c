#pragma once

#include <QFont>
#include <QStringList>

namespace scalekv::widgets {

/// `text` broken into at most `most` lines of `width` logical pixels, the last cut with "…" where there is
/// more. A word that is wider than a line is broken within. Line ends of the text are spaces here.
QStringList wrappedLines(const QString& text, const QFont& font, double width, int most);

} // namespace scalekv::widgets
