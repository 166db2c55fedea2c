#pragma once

#include <QPlainTextEdit>

namespace scalekv::ui {

/// A plain text field that leaves dropped files to the window (they are pictures or models to open, not
/// text), and undoing to the form's history.
class PromptEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit PromptEdit(int lines, QWidget* parent = nullptr);

    /// Puts `text` in place of what stands there, and the cursor behind what differs.
    void replaceText(const QString& text);
    /// replaceText() is at work: what changes is not typed.
    bool isReplacing() const { return replacing_; }

protected:
    bool canInsertFromMimeData(const QMimeData* source) const override;

private:
    bool replacing_ = false;
};

} // namespace scalekv::ui
