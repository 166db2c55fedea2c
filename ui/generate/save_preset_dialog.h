#pragma once

#include "ui/generate/preset_folder.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

/// Asks what settings are to be called, and whether prompt and seed belong to them.
class SavePresetDialog : public QDialog {
    Q_OBJECT
public:
    SavePresetDialog(const GenerationRequest& request, PresetFolder folder, QWidget* parent = nullptr);

    Preset preset() const;

private:
    void look();

    GenerationRequest request_;
    PresetFolder folder_;
    QLineEdit* name_;
    QCheckBox* withPrompt_;
    widgets::WrappedLabel *summary_, *note_;
    QPushButton* save_;
};

} // namespace scalekv::ui
