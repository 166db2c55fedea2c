#include "ui/prompt_edit.h"

#include <QMimeData>

namespace scalekv::ui {

bool PromptEdit::canInsertFromMimeData(const QMimeData* source) const {
    return !source->hasUrls() && QPlainTextEdit::canInsertFromMimeData(source);
}

} // namespace scalekv::ui
