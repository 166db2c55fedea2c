#pragma once

#include "ui/generate/preset_editor.h"
#include "widgets/focus_buttons.h"

#include <functional>

namespace scalekv::ui {

/// Opens the menu of presets, which is read from the folder each time.
class PresetButton : public widgets::FocusToolButton {
    Q_OBJECT
public:
    /// `current`: what would be saved.
    explicit PresetButton(std::function<GenerationRequest()> current, QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const scalekv::ui::Preset& preset);
    /// Why something was not done, in a sentence.
    void refused(const QString& why);

private:
    void fillMenu();
    void save();
    void manage();

    std::function<GenerationRequest()> current_;
    PresetEditor editor_;
};

} // namespace scalekv::ui
