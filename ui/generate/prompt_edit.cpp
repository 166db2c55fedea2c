#include "ui/generate/prompt_edit.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace scalekv::ui {

PromptEdit::PromptEdit(int lines, QWidget* parent) : TextOnlyEdit(parent) {
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    const QMargins margins = contentsMargins();
    constexpr int kFrameAndDocument = 12;
    setFixedHeight(fontMetrics().lineSpacing() * lines + margins.top() + margins.bottom() +
                   kFrameAndDocument);
}

void PromptEdit::replaceText(const QString& text) {
    const QString old = toPlainText();
    if (old == text)
        return;
    const QScopedValueRollback replacing(replacing_, true);
    // Only what differs, so that the cursor and the view stay where the text does.
    const auto shorter = std::min(old.size(), text.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && old[head] == text[head])
        ++head;
    while (tail < shorter - head && old[old.size() - 1 - tail] == text[text.size() - 1 - tail])
        ++tail;
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(head));
    cursor.setPosition(static_cast<int>(old.size() - tail), QTextCursor::KeepAnchor);
    cursor.insertText(text.sliced(head, text.size() - head - tail));
    setTextCursor(cursor);
}

} // namespace scalekv::ui
