#pragma once

#include <QColor>

class QPalette;

namespace scalekv::widgets {

/// The reds of something wrong, for the light or dark window that `palette` belongs to.
struct ProblemColours {
    QColor text;  ///< to be read on the window's own ground
    QColor field; ///< the ground of a field, under the usual text
};
ProblemColours problemColours(const QPalette& palette);

} // namespace scalekv::widgets
