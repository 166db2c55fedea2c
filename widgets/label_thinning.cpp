#include "widgets/label_thinning.h"

namespace scalekv::widgets {

QVector<int> thinned(int count, double pitch, double needed) {
    if (count <= 0 || pitch <= 0)
        return {};
    int step = 1;
    for (const int larger : {2, 3, 4, 5, 10, 20, 25, 50, 100}) {
        if (step * pitch >= needed)
            break;
        step = larger;
    }
    const bool round = step >= 5;
    QVector<int> result;
    if (!round || (step - 1) * pitch >= needed || count < step)
        result += 0;
    for (int i = round ? step - 1 : step; i < count; i += step)
        result += i;
    return result;
}

} // namespace scalekv::widgets
