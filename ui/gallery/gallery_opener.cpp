#include "ui/gallery/gallery_opener.h"

#include "ui/runs/kept_run.h"
#include "ui/shell/message_subjects.h"

#include <QtConcurrent>

#include <new>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

struct Read {
    RecordedRun run;
    QString problem;
};

Read readNow(const QString& file) {
    try {
        return {.run = readPicture(file), .problem = {}};
    } catch (const std::bad_alloc&) {
        return {.run = {}, .problem = GalleryOpener::tr("There is not enough memory to read it.")};
    } catch (const std::exception& error) {
        return {.run = {}, .problem = QString::fromUtf8(error.what())};
    }
}

} // namespace

GalleryOpener::GalleryOpener(const Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {}

ResultPtr GalleryOpener::known(const QString& path) const {
    const ResultPtr run = desk_.keeper.runOf(path);
    return run && desk_.runs.rowOf(run) >= 0 ? run : nullptr;
}

void GalleryOpener::open(const QString& path, std::function<void(const ResultPtr&)> then) {
    if (const ResultPtr run = known(path))
        return then(run);
    QtConcurrent::run(readNow, desk_.gallery.filePath(path))
        .then(this, [this, path, then = std::move(then)](const Read& read) {
            if (!read.problem.isEmpty())
                return desk_.pictures.sayOpenFailed(path, read.problem);
            if (!read.run.result)
                return desk_.pictures.sayWithoutRecipe(path);
            if (const ResultPtr run = known(path)) // asked for twice
                return then(run);
            desk_.messages.withdraw(subjects::kOpening);
            desk_.runs.insert(0, read.run.result, read.run.record);
            desk_.keeper.setKept(read.run.result, path);
            then(read.run.result);
        });
}

} // namespace scalekv::ui
