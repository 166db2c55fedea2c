#include "widgets/text_only_edit.h"

#include <QMimeData>

namespace scalekv::widgets {

bool TextOnlyEdit::canInsertFromMimeData(const QMimeData* source) const {
    return !source->hasUrls() && QPlainTextEdit::canInsertFromMimeData(source);
}

} // namespace scalekv::widgets
