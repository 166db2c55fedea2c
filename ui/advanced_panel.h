#pragma once

#include "scalekv/request.h"
#include "ui/model_summary.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace scalekv::widgets {
class NumberListEdit;
}

namespace scalekv::ui {

/// The settings that most pictures do not need.
class AdvancedPanel : public QWidget {
    Q_OBJECT
public:
    explicit AdvancedPanel(QWidget* parent = nullptr);

    /// Takes top-k, top-p, guidance layers and the lists (those with more than one number) from a request.
    void setRequest(const GenerationRequest& request);
    /// Writes its settings into `request`; cfg and tau only where a list is given.
    void apply(GenerationRequest& request) const;
    /// What is wrong, empty if nothing. `layers` 0: not known yet.
    QString problem(int scales, int layers) const;

    bool hasCfgList() const;
    bool hasTauList() const;

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
    QDoubleSpinBox* topP_;
    QComboBox *precision_, *device_;
};

} // namespace scalekv::ui
