#pragma once

#include <QPlainTextEdit>

namespace scalekv::widgets {

/// A plain text field that leaves dropped files to the window: they are pictures or models to open, not text.
class TextOnlyEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    using QPlainTextEdit::QPlainTextEdit;

protected:
    bool canInsertFromMimeData(const QMimeData* source) const override;
};

} // namespace scalekv::widgets
