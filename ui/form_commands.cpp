#include "ui/form_commands.h"

#include "ui/generate_form.h"

namespace scalekv::ui {

FillForm::FillForm(GenerateForm& form, const GenerationRequest& request, bool newSeedEachTime,
                   const QString& text)
    : QUndoCommand(text),
      form_(form), before_{form.request(), form.newSeedEachTime()}, after_{request, newSeedEachTime} {}

void FillForm::redo() {
    remark_ = form_.setRequest(after_.request);
    form_.setNewSeedEachTime(after_.newSeedEachTime);
}

void FillForm::undo() {
    form_.setRequest(before_.request);
    form_.setNewSeedEachTime(before_.newSeedEachTime);
}

} // namespace scalekv::ui
