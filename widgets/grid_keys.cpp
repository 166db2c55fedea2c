#include "widgets/grid_keys.h"

#include <Qt>

namespace scalekv::widgets {

std::optional<std::pair<int, int>> gridMove(int key, int row, int column, int rows, int columns) {
    switch (key) {
    case Qt::Key_Left:
        return {{row, column - 1}};
    case Qt::Key_Right:
        return {{row, column + 1}};
    case Qt::Key_Up:
        return {{row - 1, column}};
    case Qt::Key_Down:
        return {{row + 1, column}};
    case Qt::Key_Home:
        return {{row, 0}};
    case Qt::Key_End:
        return {{row, columns - 1}};
    case Qt::Key_PageUp:
        return {{0, column}};
    case Qt::Key_PageDown:
        return {{rows - 1, column}};
    default:
        return {};
    }
}

} // namespace scalekv::widgets
