#pragma once

#include "scalekv/request.h"
#include "ui/generate/field_problem.h"
#include "ui/generate/form_history.h"
#include "ui/shell/memory_outlook.h"
#include "ui/shell/model_summary.h"
#include "ui/shell/planner.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>

class QCheckBox;
class QLabel;
class QPushButton;

namespace scalekv::widgets {
class CollapsibleSection;
class ColumnScrollArea;
class ExactNumberBox;
class MarkedField;
class ProblemLabel;
class SeedEdit;
} // namespace scalekv::widgets

namespace scalekv::ui {

class AdvancedPanel;
class CacheFields;
class MemoryForecast;
class ModelOpener;
class ModelPicker;
struct Preset;
class PresetButton;
class PromptCompleter;
class PromptEdit;
class PromptIdeas;
class SizeFields;
class UnknownWordsLabel;

/// Everything that decides a picture, and the button that makes it. What the user changes can be undone; the
/// model, and how it is loaded, is no part of that.
class GenerateForm : public QWidget {
    Q_OBJECT
public:
    GenerateForm(QUndoStack& undo, ModelOpener& models, QWidget* parent = nullptr);

    /// Offers what the model can do, with the settings the user had for it last time.
    void setModel(const ModelSummary& model);

    /// All settings as they stand, checked or not.
    GenerationRequest request() const;
    /// Puts a request into the form, past the undo stack. What the model cannot do (sizes, ratios) is left as
    /// it is; gives a sentence about that, or an empty text.
    QString setRequest(const GenerationRequest& request);
    /// The same as one step that can be undone; `what` goes on after "Undo".
    QString fill(const GenerationRequest& request, bool newSeedEachTime, const QString& what);
    /// The same without the texts and the seed.
    QString adjust(const GenerationRequest& request, const QString& what);
    /// Puts the settings of a preset into the form as one step; what it does not have, and what the model
    /// cannot do, is left as it is. Gives sentences about the latter, or an empty text.
    QString usePreset(const Preset& preset);
    /// A request with the model's recommended settings, and the prompts and seed that stand here.
    GenerationRequest recommended() const;
    /// What is wrong with the settings, empty if nothing.
    QString problem();
    /// Puts the cursor into the field that problem() speaks of.
    void focusProblem();
    /// Says what is wrong right above the button, until something is changed.
    void showProblem(const QString& text);
    QString shownProblem() const;

    /// What works out in advance what the settings will take; and what tells of the memory, in place of
    /// computeMemory().
    void setPlanner(Planner planner);
    void setMemoryReader(MemoryReader reader);
    /// What the settings will take of memory as it is at this moment. None while nothing can be said.
    std::optional<MemoryOutlook> outlook();

    void setPrompt(const QString& prompt);
    void focusPrompt();
    /// What can be done now; `why` is the tooltip of Generate.
    void setReady(bool mayGenerate, bool mayStop, const QString& why);
    bool newSeedEachTime() const;
    void setNewSeedEachTime(bool on);
    void rollSeed();
    /// Roles of a calibration's file, under a policy that divides by them.
    void useCalibration(const QString& file);

    ModelPicker* picker() const { return picker_; }
    AdvancedPanel* advanced() const { return advanced_; }

    void saveSettings() const;
    void restoreSettings();

Q_SIGNALS:
    void generateRequested();
    void batchRequested();
    void calibrationRequested();
    void stopRequested();
    void changed();
    /// What is worth saying of the last step, in a sentence.
    void remarked(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makePromptPart();
    QWidget* makeSizePart();
    QWidget* makeCachePart();
    QLayout* makeFoot();
    void connectFields();
    void followFields();
    /// setRequest() without the texts and the seed.
    QString setSettings(const GenerationRequest& request);
    void showModel(const ModelSummary& model);
    void updateFields();
    FieldProblem check();
    /// Of all but the prompt.
    FieldProblem checkSettings();
    /// The sentence above the button: why nothing was begun, else what is wrong with the budget.
    void showSentence();
    /// Works out, as soon as all of a change has been made, what the settings will take.
    void planSoon();
    void planNow();
    const ComputeMemory& memoryNow();
    void reveal(QWidget* field);

    FormHistory history_;
    std::optional<ModelSummary> model_;
    ModelPicker* picker_;
    QLabel* modelFacts_;
    PromptEdit *prompt_, *negative_;
    PromptCompleter* completer_;
    UnknownWordsLabel* unknownWords_;
    PromptIdeas* ideas_;
    PresetButton* presets_;
    widgets::SeedEdit* seed_;
    QCheckBox* newSeed_;
    SizeFields* size_;
    widgets::ExactNumberBox *cfg_, *tau_;
    widgets::MarkedField *markedCfg_, *markedTau_;
    CacheFields* cache_;
    widgets::CollapsibleSection* section_;
    AdvancedPanel* advanced_;
    widgets::ColumnScrollArea* scroll_;
    widgets::ProblemLabel* problem_;
    MemoryForecast* forecast_;
    QPushButton *generate_, *batch_, *stop_;
    QString refusal_; ///< why nothing was begun; until something is changed
    Planner planner_;
    MemoryReader readMemory_ = computeMemory;
    ComputeMemory memory_; ///< as it was when nothing ran
    QTimer planTimer_;
    bool busy_ = false;
    bool filling_ = false;
};

} // namespace scalekv::ui
