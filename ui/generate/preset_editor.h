#pragma once

#include "ui/generate/preset_folder.h"

#include <QUndoStack>

#include <functional>
#include <optional>

namespace scalekv::ui {

/// Changes presets so that it can be undone. All of it is one kind of step: a file's contents before and
/// after, none where there is no file.
class PresetEditor : public QObject {
    Q_OBJECT
public:
    explicit PresetEditor(PresetFolder folder, QObject* parent = nullptr);

    const PresetFolder& folder() const { return folder_; }
    QUndoStack& undo() { return undo_; }

    // Each gives the file's path, or says failed() and gives an empty one.
    /// Puts it in the place of the one of that name, if there is one.
    QString save(const Preset& preset);
    /// A new one, under a name of its own.
    QString add(Preset preset);
    QString rename(const StoredPreset& stored, const QString& name);
    QString remove(const StoredPreset& stored);

Q_SIGNALS:
    /// In a sentence; nothing was changed.
    void failed(const QString& message);

private:
    using Contents = std::optional<QByteArray>;
    class Change;

    QString change(const QString& path, const Contents& after, const QString& text);
    bool put(const QString& path, const Contents& before, const Contents& after);

    PresetFolder folder_;
    QUndoStack undo_;
};

} // namespace scalekv::ui
