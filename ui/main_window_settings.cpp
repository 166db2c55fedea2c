#include "ui/main_window.h"

#include "ui/advanced_panel.h"
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
    connect(form_->picker(), &ModelPicker::chosen, this, &MainWindow::openModel);
    connect(form_->advanced(), &AdvancedPanel::loadOptionsChanged, this, [this] {
        // Of the model that comes next, if one does.
        if (const auto next = session_.nextModel())
            openModel(next->path);
        else if (session_.hasModel())
            openModel(session_.model().path);
    });
    connect(&undo_, &QUndoStack::indexChanged, this, [this] { messages_->withdraw(subjects::kLastStep); });
}

void MainWindow::fillForm(const GenerationRequest& request, bool newSeedEachTime, const QString& what) {
    const QString remark = form_->fill(request, newSeedEachTime, what);
    if (!remark.isEmpty())
        messages_->showMessage(MessageBar::Kind::Warning, subjects::kLastStep, remark);
}

void MainWindow::useSettings(const ResultPtr& result) {
    const QString remark = form_->fill(result->request(), false, tr("using a picture's settings"));
    if (!session_.hasModel())
        return;
    const ModelSummary& model = session_.model();
    const std::string why = replayDifference(result->recipe, model.identity, model.precision.toStdString());
    QString text = QString::fromStdString(why);
    if (!remark.isEmpty())
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + remark;
    if (text.isEmpty())
        return;
    messages_->showMessage(MessageBar::Kind::Warning, why.empty() ? subjects::kLastStep : subjects::kModel,
                           text);
    if (why.empty())
        return;
    if (!result->modelPath.isEmpty() && result->modelPath != model.path)
        connect(messages_->offer(tr("Load it")), &QAction::triggered, this, [this, result] {
            settingsAfterLoading_ = result; // the model's own remembered settings must not win
            openModel(result->modelPath);
        });
}

} // namespace scalekv::ui
