#pragma once

#include "ui/runs/calibrate_job.h"
#include "ui/shell/model_summary.h"

#include <QDialog>

#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace scalekv::widgets {
class ProblemLabel;
}

namespace scalekv::ui {

/// Asks how the model is to be calibrated: prompts, size, and the file that holds what was measured.
class CalibrateDialog : public QDialog {
    Q_OBJECT
public:
    /// `usualPrompts`: a file for models that bring none of their own; may be empty. `secondsOf`: what a
    /// picture of a size takes; 0: not known.
    CalibrateDialog(const ModelSummary& model, const QString& usualPrompts,
                    std::function<double(const GenerationRequest&)> secondsOf, QWidget* parent = nullptr);

    CalibrateJob job() const;

private:
    void chooseFile();
    void refresh();

    ModelSummary model_;
    std::function<double(const GenerationRequest&)> secondsOf_;
    QPlainTextEdit* prompts_;
    QComboBox* size_;
    QLineEdit* file_;
    QLabel* summary_;
    widgets::ProblemLabel* problem_;
    QPushButton* add_;
};

} // namespace scalekv::ui
