#pragma once

#include <QString>

namespace scalekv::ui {

/// What the program was started with.
struct StudioOptions {
    QString demoModel;          ///< empty: not installed
    QString model;              ///< empty: the one used last, else the demo
    QString prompt;             ///< empty: the one used last
    QString dataFolder;         ///< where the program keeps what goes on at its next start; empty: nowhere
    QString gallery;            ///< where pictures are kept, unless the user has chosen; empty: nowhere
    QString calibrationPrompts; ///< a file, for models that bring none; empty: none
    QString picture;            ///< a PNG whose recipe to begin with; empty: none
};

} // namespace scalekv::ui
