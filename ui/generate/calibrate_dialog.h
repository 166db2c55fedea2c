#pragma once

#include "scalekv/calibration.h"
#include "ui/runs/calibrate_job.h"
#include "ui/shell/model_summary.h"

#include <QDialog>

#include <functional>
#include <optional>

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
    void accept() override;

private:
    QString settingsKey(const char* what) const;
    void restore();
    void chooseFile();
    void readFile();
    std::size_t alreadyMeasured(const CalibrateJob& wanted) const;
    void refresh();

    ModelSummary model_;
    std::optional<Calibration> found_; ///< in the file
    QString foundProblem_;             ///< why it could not be read
    std::function<double(const GenerationRequest&)> secondsOf_;
    QPlainTextEdit* prompts_;
    QComboBox* size_;
    QLineEdit* file_;
    QLabel* summary_;
    widgets::ProblemLabel* problem_;
    QPushButton* add_;
};

} // namespace scalekv::ui
