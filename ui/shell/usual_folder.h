#pragma once

#include <QStandardPaths>

namespace scalekv::ui {

/// Where files of a kind are looked for or kept at first: the user's folder for them, or, where there is
/// none, that of all that is theirs. Dialogs offer no folder that is not there.
QString usualFolder(QStandardPaths::StandardLocation kind);

} // namespace scalekv::ui
