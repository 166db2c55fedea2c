#pragma once

#include "scalekv/request.h"
#include "ui/shell/model_summary.h"

#include <QObject>
#include <QSize>

#include <optional>

class QWidget;

namespace scalekv::widgets {
class ChoiceBox;
}

namespace scalekv::ui {

/// The choice of a picture's size and aspect ratio among those that a model was trained for, in pixels.
class SizeFields : public QObject {
    Q_OBJECT
public:
    explicit SizeFields(QWidget* parent);

    /// The two fields, for a layout.
    widgets::ChoiceBox* size() const { return size_; }
    widgets::ChoiceBox* ratio() const { return ratio_; }

    void setModel(const ModelSummary& model);
    /// What the model cannot do is left as it is; gives a sentence about that, or an empty text.
    QString setRequest(const GenerationRequest& request);
    /// Writes size and ratio into `request`, if a model is known.
    void apply(GenerationRequest& request) const;
    /// Of the chosen size; 0 while no model is known.
    int scales() const;

Q_SIGNALS:
    void changed();

private:
    void fillSizes();
    void fillRatios();
    QSize pixels(const std::string& size, double ratio) const;
    /// As the model spells this ratio, which may have been rounded elsewhere.
    double ownSpelling(double wanted) const;

    widgets::ChoiceBox *size_, *ratio_;
    std::optional<ModelSummary> model_;
};

} // namespace scalekv::ui
