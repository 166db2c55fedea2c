#include "ui/generate/preset_editor.h"

#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUndoCommand>

#include <string_view>
#include <utility>

namespace scalekv::ui {
namespace {

/// None: there is no file. Throws Error for one that cannot be read: it would not come back.
std::optional<QByteArray> contentsOf(const QString& path) {
    if (!QFileInfo::exists(path))
        return std::nullopt;
    QFile file(path);
    const bool open = file.open(QIODevice::ReadOnly);
    const QByteArray contents = open ? file.readAll() : QByteArray();
    if (!open || file.error() != QFileDevice::NoError)
        throw Error(path.toStdString() + " cannot be read: " + file.errorString().toStdString() + ".");
    return contents;
}

} // namespace

class PresetEditor::Change : public QUndoCommand {
public:
    Change(PresetEditor& editor, QString path, Contents before, Contents after, const QString& text)
        : QUndoCommand(text), editor_(editor), path_(std::move(path)), before_(std::move(before)),
          after_(std::move(after)) {}

    void undo() override { editor_.put(path_, after_, before_); }
    void redo() override {
        if (!std::exchange(made_, false)) // QUndoStack begins with redo(), when it is done already
            editor_.put(path_, before_, after_);
    }

private:
    PresetEditor& editor_;
    QString path_;
    Contents before_, after_;
    bool made_ = true;
};

PresetEditor::PresetEditor(PresetFolder folder, QObject* parent)
    : QObject(parent), folder_(std::move(folder)) {}

/// Not where another window has written something else since.
bool PresetEditor::put(const QString& path, const Contents& before, const Contents& after) {
    try {
        if (contentsOf(path) != before)
            throw Error(path.toStdString() + " was changed by another window since; it stays as it is.");
        if (after) {
            QDir().mkpath(QFileInfo(path).path());
            const std::string_view bytes(after->constData(), std::size_t(after->size()));
            if (before)
                writeFile(path.toStdString(), bytes);
            else if (!createFile(path.toStdString(), bytes))
                throw Error(path.toStdString() + " was made by another window just now; it stays as it is.");
        } else if (QFile file(path); !file.remove() && QFileInfo::exists(path)) {
            throw Error(path.toStdString() + " cannot be removed: " + file.errorString().toStdString() + ".");
        }
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return false;
    }
    return true;
}

QString PresetEditor::change(const QString& path, const Contents& after, const QString& text) {
    Contents before;
    try {
        before = contentsOf(path);
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return {};
    }
    if (!put(path, before, after))
        return {};
    undo_.push(new Change(*this, path, before, after, text));
    return path;
}

QString PresetEditor::save(const Preset& preset) {
    if (const auto same = folder_.find(preset.name))
        return change(same->path, toText(preset), tr("replacing a preset"));
    return add(preset);
}

QString PresetEditor::add(Preset preset) {
    try {
        // Also in our own form: one from elsewhere may have no name in it.
        preset = renamed(preset, folder_.freeName(preset.name));
        const QByteArray text = toText(preset);
        const std::string_view bytes(text.constData(), std::size_t(text.size()));
        QString path = folder_.newPath(preset.name);
        while (!createFile(path.toStdString(), bytes)) // another window was quicker
            path = folder_.newPath(preset.name);
        undo_.push(new Change(*this, path, {}, text, tr("adding a preset")));
        return path;
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return {};
    }
}

QString PresetEditor::rename(const StoredPreset& stored, const QString& name) {
    QString why;
    if (!stored.preset.problem.isEmpty())
        why = stored.preset.problem;
    else if (name.trimmed().isEmpty())
        why = tr("A preset needs a name.");
    else if (folder_.find(name))
        why = tr("There is a preset “%1” already.").arg(name.simplified());
    if (why.isEmpty())
        return change(stored.path, toText(renamed(stored.preset, name)), tr("renaming a preset"));
    Q_EMIT failed(why);
    return {};
}

QString PresetEditor::remove(const StoredPreset& stored) {
    if (QFileInfo(stored.path).size() > kLargestPreset) { // it could not be brought back
        Q_EMIT failed(tr("%1 is larger than any preset; remove it with another program.")
                          .arg(QDir::toNativeSeparators(stored.path)));
        return {};
    }
    return change(stored.path, std::nullopt, tr("deleting a preset"));
}

} // namespace scalekv::ui
