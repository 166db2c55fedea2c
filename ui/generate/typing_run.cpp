#include "ui/generate/typing_run.h"

#include <algorithm>
#include <utility>

namespace scalekv::ui {

bool TypingRun::goesOn(const QString& before, const QString& after) {
    const qsizetype shorter = std::min(before.size(), after.size());
    const qsizetype start =
        std::mismatch(before.begin(), before.begin() + shorter, after.begin()).first - before.begin();
    qsizetype tail = 0;
    while (tail < shorter - start && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    const qsizetype removed = before.size() - start - tail;
    const qsizetype inserted = after.size() - start - tail;

    const Kind kind = inserted == 1                   ? Kind::Typing
                      : inserted == 0 && removed == 1 ? Kind::Erasing
                                                      : Kind::Other;
    const Kind lastKind = std::exchange(kind_, kind);
    const qsizetype lastEnd = std::exchange(end_, start + inserted);
    if (kind != lastKind)
        return false;
    switch (kind) {
    case Kind::Typing: {
        const bool beginsWord = start > 0 && before[start - 1].isSpace() && !after[start].isSpace();
        return removed == 0 && start == lastEnd && !beginsWord;
    }
    case Kind::Erasing:
        return start == lastEnd || start == lastEnd - 1; // Delete, Backspace
    case Kind::Other:
        break;
    }
    return false;
}

} // namespace scalekv::ui
