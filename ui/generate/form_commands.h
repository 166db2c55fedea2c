#pragma once

#include "ui/generate/form_history.h"

#include <QUndoCommand>

namespace scalekv::ui {

/// A change of the form's fields, already made. It keeps what is not in the form at the moment, and changes
/// places with it: so what the program has put into a field since (a new seed for each picture) is not lost
/// either.
class EditForm : public QUndoCommand {
public:
    struct Run {
        int field; ///< −1: nothing is added to this step
        int number;
        bool operator==(const Run&) const = default;
    };

    EditForm(FormHistory& history, FormHistory::Values before, const QString& text, Run run);

    void undo() override;
    void redo() override;
    int id() const override;
    bool mergeWith(const QUndoCommand* next) override;

private:
    FormHistory& history_;
    FormHistory::Values kept_;
    Run run_;
    bool made_ = true;
};

} // namespace scalekv::ui
