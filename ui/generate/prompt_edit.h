#pragma once

#include "widgets/text_only_edit.h"

namespace scalekv::ui {

/// A text field that leaves undoing to the form's history.
class PromptEdit : public widgets::TextOnlyEdit {
    Q_OBJECT
public:
    explicit PromptEdit(int lines, QWidget* parent = nullptr);

    /// Puts `text` in place of what stands there, and the cursor behind what differs.
    void replaceText(const QString& text);
    /// replaceText() is at work: what changes is not typed.
    bool isReplacing() const { return replacing_; }

private:
    bool replacing_ = false;
};

} // namespace scalekv::ui
