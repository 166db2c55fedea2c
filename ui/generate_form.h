#pragma once

#include "scalekv/request.h"
#include "ui/model_summary.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QMenu;
class QPushButton;

namespace scalekv::widgets {
class CollapsibleSection;
class ElidedLabel;
class SeedEdit;
} // namespace scalekv::widgets

namespace scalekv::ui {

class AdvancedPanel;
class ModelPicker;
class PromptEdit;

/// Everything that decides a picture, and the button that makes it.
class GenerateForm : public QWidget {
    Q_OBJECT
public:
    explicit GenerateForm(const QString& demoPath, QWidget* parent = nullptr);

    /// Offers what the model can do, with the settings the user had for it last time.
    void setModel(const ModelSummary& model);

    /// All settings as they stand, checked or not.
    GenerationRequest request() const;
    /// Puts a request into the form. What the model cannot do (sizes, ratios) is left as it is; gives a
    /// sentence about that, or an empty text.
    QString setRequest(const GenerationRequest& request);
    /// A request with the model's recommended settings, and the prompts and seed that stand here.
    GenerationRequest recommended() const;
    /// What is wrong with the settings, empty if nothing.
    QString problem() const;
    /// Says what is wrong right above the button, until something is changed.
    void showProblem(const QString& text);
    QString shownProblem() const;

    void setPrompt(const QString& prompt);
    void focusPrompt();
    /// What can be done now; `why` is the tooltip of Generate.
    void setReady(bool mayGenerate, bool mayStop, const QString& why);
    bool newSeedEachTime() const;
    void setNewSeedEachTime(bool on);
    void rollSeed();

    ModelPicker* picker() const { return picker_; }
    AdvancedPanel* advanced() const { return advanced_; }

    void saveSettings() const;
    void restoreSettings();

Q_SIGNALS:
    void generateRequested();
    void stopRequested();
    /// The form asks to be filled with an example.
    void exampleChosen(const QString& prompt);
    void changed();

private:
    QWidget* makePromptPart();
    QWidget* makeSizePart();
    void connectFields();
    void fillAspectRatios();
    void updateFields();
    int scales() const;

    std::optional<ModelSummary> model_;
    ModelPicker* picker_;
    widgets::ElidedLabel* modelFacts_;
    PromptEdit *prompt_, *negative_;
    QMenu* examples_;
    widgets::SeedEdit* seed_;
    QCheckBox* newSeed_;
    QComboBox *size_, *ratio_;
    QDoubleSpinBox *cfg_, *tau_;
    widgets::CollapsibleSection* section_;
    AdvancedPanel* advanced_;
    QLabel* problem_;
    QPushButton *generate_, *stop_;
    bool filling_ = false;
};

} // namespace scalekv::ui
