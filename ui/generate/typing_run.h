#pragma once

#include <QString>

namespace scalekv::ui {

/// Decides what of a text's editing is undone together: a word, a run of deletions; each paste on its own.
class TypingRun {
public:
    /// Does the edit that made `after` of `before` go on with the one before it?
    bool goesOn(const QString& before, const QString& after);

private:
    enum class Kind { Other, Typing, Erasing };

    Kind kind_ = Kind::Other;
    qsizetype end_ = 0; ///< where the last edit left the cursor
};

} // namespace scalekv::ui
