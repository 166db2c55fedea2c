#include "widgets/problem_colours.h"

#include <QPalette>

namespace scalekv::widgets {

ProblemColours problemColours(const QPalette& palette) {
    const bool dark =
        palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
    return dark ? ProblemColours{.text = QColor(0xff, 0x8a, 0x80), .field = QColor(0x5a, 0x27, 0x27)}
                : ProblemColours{.text = QColor(0xb3, 0x26, 0x1e), .field = QColor(0xfd, 0xdc, 0xd8)};
}

} // namespace scalekv::widgets
