#pragma once

#include "scalekv/request.h"
#include "ui/generate/field_problem.h"
#include "ui/shell/model_summary.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QSpinBox;

namespace scalekv::widgets {
class ChoiceBox;
class ExactNumberBox;
class MarkedField;
class NumberListEdit;
} // namespace scalekv::widgets

namespace scalekv::ui {

class FormHistory;

/// The settings that most pictures do not need.
class AdvancedPanel : public QWidget {
    Q_OBJECT
public:
    explicit AdvancedPanel(QWidget* parent = nullptr);

    /// Takes top-k, top-p, guidance layers and the lists (those with more than one number) from a request.
    void setRequest(const GenerationRequest& request);
    /// Writes its settings into `request`; cfg and tau only where a list is given.
    void apply(GenerationRequest& request) const;
    /// Marks every field whose contents are wrong, and gives the first. 0: not known yet.
    FieldProblem check(int scales, int layers);
    void follow(FormHistory& history);

    bool hasCfgList() const;
    bool hasTauList() const;

    /// Where the lists are typed, for the one who had a number replaced by one.
    QWidget* cfgList() const;
    QWidget* tauList() const;

    void setDevices(const QStringList& devices);
    LoadOptions loadOptions() const;
    void setLoadOptions(const LoadOptions& options);

Q_SIGNALS:
    void changed();
    /// The model must be loaded again.
    void loadOptionsChanged();

private:
    widgets::NumberListEdit *cfg_, *tau_, *guidanceLayers_;
    QSpinBox* topK_;
    widgets::ExactNumberBox* topP_;
    widgets::MarkedField *markedCfg_, *markedTau_, *markedTopP_, *markedLayers_;
    QComboBox* precision_;
    widgets::ChoiceBox* device_;
    QStringList devices_; ///< as they were set
};

} // namespace scalekv::ui
