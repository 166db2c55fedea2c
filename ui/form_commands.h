#pragma once

#include "scalekv/request.h"

#include <QUndoCommand>

namespace scalekv::ui {

class GenerateForm;

/// Overwrites the form with other settings; undoing brings those back that the user had there.
class FillForm : public QUndoCommand {
public:
    FillForm(GenerateForm& form, const GenerationRequest& request, bool newSeedEachTime, const QString& text);

    void redo() override;
    void undo() override;
    /// What of the request the model cannot do, as GenerateForm::setRequest() says it.
    const QString& remark() const { return remark_; }

private:
    struct State {
        GenerationRequest request;
        bool newSeedEachTime;
    };
    GenerateForm& form_;
    State before_, after_;
    QString remark_;
};

} // namespace scalekv::ui
