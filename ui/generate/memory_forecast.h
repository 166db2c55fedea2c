#pragma once

#include "ui/shell/memory_outlook.h"
#include "widgets/wrapped_label.h"

namespace scalekv::ui {

/// One line that says what the picture will take, before it is begun; in the colour of a warning where there
/// is too little memory, or where it cannot be made at all.
class MemoryForecast : public widgets::WrappedLabel {
    Q_OBJECT
public:
    explicit MemoryForecast(QWidget* parent = nullptr);

    void showOutlook(const MemoryOutlook& outlook);
    /// Why it cannot be made, in a sentence; empty: nothing is known.
    void showProblem(const QString& why);
};

} // namespace scalekv::ui
