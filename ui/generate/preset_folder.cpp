#include "ui/generate/preset_folder.h"

#include "scalekv/error.h"
#include "scalekv/file_stem.h"
#include "scalekv/recipe.h"
#include "ui/text/tr.h"

#include <QCollator>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace scalekv::ui {
namespace {

Preset unusable(const QString& name, const QString& why) {
    return {name, {}, {}, tr("The preset “%1” cannot be used: %2").arg(name, why)};
}

Preset presetOfPicture(const QString& path, const QString& name) {
    try {
        return presetOf(recipeOfPicture(path.toStdString()).request, name, true);
    } catch (const Error& error) {
        return {name, {}, {}, QString::fromUtf8(error.what())}; // names the file
    }
}

} // namespace

Preset readPreset(const QString& path) {
    const QFileInfo info(path);
    const QString name = info.completeBaseName();
    if (!info.isFile())
        return unusable(name, tr("it is no file."));
    if (info.suffix().compare(QLatin1String("png"), Qt::CaseInsensitive) == 0)
        return presetOfPicture(path, name);
    if (info.size() > kLargestPreset)
        return unusable(name, tr("it is larger than any preset."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unusable(name, file.errorString() + QLatin1Char('.'));
    return presetFrom(file.read(kLargestPreset), name);
}

PresetFolder::PresetFolder()
    : path_(QDir(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation))
                .filePath(QStringLiteral("presets"))) {}

QVector<StoredPreset> PresetFolder::presets() const {
    QVector<StoredPreset> found;
    const QDir folder(path_);
    for (const QString& file : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        const QString path = folder.filePath(file);
        if (QFileInfo(path).isFile()) // QDir counts links to devices in
            found += StoredPreset{path, readPreset(path)};
    }
    QCollator collator;
    collator.setNumericMode(true); // "cfg 2" stands before "cfg 10"
    std::stable_sort(found.begin(), found.end(), [&](const StoredPreset& a, const StoredPreset& b) {
        return collator.compare(a.preset.name, b.preset.name) < 0;
    });
    return found;
}

std::optional<StoredPreset> PresetFolder::find(const QString& name) const {
    for (const StoredPreset& stored : presets())
        if (stored.preset.name == name)
            return stored;
    return std::nullopt;
}

QString PresetFolder::freeName(const QString& name) const {
    std::set<QString> taken;
    for (const StoredPreset& stored : presets())
        taken.insert(stored.preset.name);
    QString free = name;
    for (int number = 2; taken.contains(free); ++number)
        free = QStringLiteral("%1 (%2)").arg(name).arg(number);
    return free;
}

QString PresetFolder::newPath(const QString& name) const {
    const QDir folder(path_);
    if (!folder.mkpath(QStringLiteral(".")))
        throw Error("The folder of presets cannot be made: " + path_.toStdString() + ".");
    for (std::uint64_t number = 1;; ++number) {
        QString path = folder.filePath(QString::fromStdString(fileStem(name.toStdString(), number)) +
                                       QStringLiteral(".json"));
        if (!QFileInfo::exists(path) && !QFileInfo(path).isSymLink())
            return path;
    }
}

} // namespace scalekv::ui
