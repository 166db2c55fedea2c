#include "ui/main_window.h"

#include "ui/advanced_panel.h"
#include "ui/form_commands.h"
#include "ui/generate_form.h"
#include "ui/message_subjects.h"
#include "ui/model_picker.h"
#include "widgets/message_bar.h"

#include <QAction>

namespace scalekv::ui {

using widgets::MessageBar;

void MainWindow::connectForm() {
    connect(form_, &GenerateForm::generateRequested, this, &MainWindow::generate);
    connect(form_, &GenerateForm::stopRequested, this, &MainWindow::stop);
    connect(form_, &GenerateForm::exampleChosen, this, [this](const QString& prompt) {
        GenerationRequest request = form_->request();
        request.prompts = {prompt.toStdString()};
        fillForm(request, form_->newSeedEachTime(), tr("choosing an example"));
    });
    connect(form_->picker(), &ModelPicker::chosen, this, &MainWindow::openModel);
    connect(form_->advanced(), &AdvancedPanel::loadOptionsChanged, this, [this] {
        if (session_.hasModel())
            openModel(session_.model().path);
    });
    connect(&undo_, &QUndoStack::indexChanged, this, [this] { messages_->withdraw(subjects::kLastStep); });
}

void MainWindow::fillForm(const GenerationRequest& request, bool newSeedEachTime, const QString& what) {
    auto* command = new FillForm(*form_, request, newSeedEachTime, what);
    undo_.push(command);
    if (!command->remark().isEmpty())
        messages_->showMessage(MessageBar::Kind::Warning, subjects::kLastStep, command->remark());
}

void MainWindow::useSettings(const ResultPtr& result) {
    fillForm(result->request(), false, tr("using a picture's settings"));
    const QString made = QString::fromStdString(result->recipe.model.name);
    if (!session_.hasModel() || made == session_.model().name())
        return;
    const QString text = tr("This picture was made with the model “%1”.").arg(made);
    if (result->modelPath.isEmpty()) {
        messages_->showMessage(MessageBar::Kind::Warning, subjects::kModel,
                               text + QLatin1Char(' ') + tr("Open that model to make it again."));
    } else {
        messages_->showMessage(MessageBar::Kind::Info, subjects::kModel, text);
        connect(messages_->offer(tr("Load it")), &QAction::triggered, this,
                [this, path = result->modelPath] { openModel(path); });
    }
}

} // namespace scalekv::ui
