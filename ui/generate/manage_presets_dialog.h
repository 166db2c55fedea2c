#pragma once

#include "ui/generate/preset_folder.h"

#include <QDialog>

class QAction;
class QListWidget;
class QListWidgetItem;
class QUndoStack;

namespace scalekv::widgets {
class ProblemLabel;
class WrappedLabel;
} // namespace scalekv::widgets

namespace scalekv::ui {

class PresetEditor;

/// The list of presets: rename (F2), delete (Del), undo (Ctrl+Z), import, export.
class ManagePresetsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ManagePresetsDialog(PresetEditor& editor, QWidget* parent = nullptr);

private:
    void makeActions();
    /// Reads the folder; `current`: the path of the one to go to.
    void fill(const QString& current);
    void lookAtCurrent();
    const StoredPreset* current() const;
    void takeName(QListWidgetItem* item);
    void remove();
    void import();
    void exportCurrent();
    void step(void (QUndoStack::*way)());

    PresetEditor& editor_;
    QVector<StoredPreset> presets_; ///< in the order of the list
    QListWidget* list_;
    widgets::WrappedLabel* summary_;
    widgets::ProblemLabel* problem_;
    QAction *rename_, *remove_, *import_, *export_, *undo_, *redo_;
};

} // namespace scalekv::ui
