#pragma once

#include "ui/generate/preset.h"

#include <QVector>

#include <optional>

namespace scalekv::ui {

/// Bytes of a file. Tables of the largest models take some hundred thousand.
inline constexpr qint64 kLargestPreset = qint64(16) << 20;

/// A preset in the folder.
struct StoredPreset {
    QString path;
    Preset preset;
};

/// The folder of presets, a file each. It is read anew each time, for other windows write into it, too.
class PresetFolder {
public:
    /// That of the user.
    PresetFolder();
    explicit PresetFolder(const QString& path) : path_(path) {}

    const QString& path() const { return path_; }
    /// By name, those that cannot be used among them. None where there is no folder yet.
    QVector<StoredPreset> presets() const;
    /// The first of that name.
    std::optional<StoredPreset> find(const QString& name) const;
    /// `name`, with a number behind it where there is one of that name.
    QString freeName(const QString& name) const;
    /// A path for a new preset of this name, in the folder, which is made if need be; nothing is there yet.
    /// Throws Error.
    QString newPath(const QString& name) const;

private:
    QString path_;
};

/// Reads a file that may be anything: a preset, a plain request, or a PNG picture with its recipe.
Preset readPreset(const QString& path);

} // namespace scalekv::ui
