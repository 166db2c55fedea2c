#pragma once

#include "ui/generate/batch/batch.h"
#include "ui/shell/planner.h"

#include <QDialog>

class QFormLayout;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QRadioButton;
class QSpinBox;
class QTabWidget;

namespace scalekv::widgets {
class ProblemLabel;
}

namespace scalekv::ui {

/// Asks for several pictures at once: seeds, a list of prompts, or a grid over two settings. All that is not
/// asked for here is as in the form.
class BatchDialog : public QDialog {
    Q_OBJECT
public:
    /// `planner`: what says whether a request can be made. `seconds`: what one picture takes; 0: not known.
    BatchDialog(const GenerationRequest& like, const ModelFiles& model, Planner planner, double seconds,
                QWidget* parent = nullptr);

    /// As it was accepted.
    const Batch& batch() const { return batch_; }
    void accept() override;

private:
    /// Which seeds, wherever they are asked for.
    struct SeedFields {
        QSpinBox* count;
        QRadioButton *upwards, *random;
        BatchSeeds value() const;
    };
    SeedFields makeSeedFields(QFormLayout* form, const QString& count, int usual);
    QWidget* makeSeedPage();
    QWidget* makePromptPage();
    QWidget* makeGridPage();
    struct AxisFields {
        QComboBox* setting;
        QPlainTextEdit* values;
        QLabel* hint;
    };
    AxisFields makeAxis(QFormLayout* form, const QString& title, const char* name, AxisSetting usual);
    void axisChosen(const AxisFields& axis);
    GridAxis read(const AxisFields& axis) const;
    std::vector<std::string> prompts() const;
    Batch read() const;
    void openPrompts();
    QString usualBudgets() const;
    void tryAll() const;
    QString remarks() const;
    void refresh();
    void restore();
    void save() const;

    GenerationRequest like_;
    ModelFiles model_;
    Planner planner_;
    double seconds_;
    Batch batch_;
    QTabWidget* pages_;
    SeedFields seeds_, promptSeeds_;
    QPlainTextEdit* prompts_;
    AxisFields columns_, rows_;
    QLabel *remarks_, *summary_;
    widgets::ProblemLabel* problem_;
    QPushButton* add_;
};

} // namespace scalekv::ui
