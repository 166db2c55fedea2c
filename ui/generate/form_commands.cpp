#include "ui/generate/form_commands.h"

#include <utility>

namespace scalekv::ui {

EditForm::EditForm(FormHistory& history, FormHistory::Values before, const QString& text, Run run)
    : QUndoCommand(text), history_(history), kept_(std::move(before)), run_(run) {}

void EditForm::undo() {
    kept_ = history_.exchange(kept_);
    made_ = false;
}

void EditForm::redo() {
    // QUndoStack begins with redo(), when the user has made the change already.
    if (!std::exchange(made_, true))
        kept_ = history_.exchange(kept_);
}

int EditForm::id() const {
    return 1;
}

bool EditForm::mergeWith(const QUndoCommand* next) {
    const auto* more = static_cast<const EditForm*>(next);
    if (run_.field < 0 || more->run_ != run_)
        return false;
    for (auto i = more->kept_.begin(); i != more->kept_.end(); ++i) {
        if (!kept_.contains(i.key()))
            kept_[i.key()] = i.value();
    }
    setObsolete(history_.current(kept_) == kept_); // typed and deleted again
    return true;
}

} // namespace scalekv::ui
