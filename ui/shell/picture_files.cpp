#include "ui/shell/picture_files.h"

#include "scalekv/error.h"
#include "ui/runs/image_convert.h"
#include "ui/runs/kept_run.h"

#include <QtConcurrent>

#include <new>

namespace scalekv::ui {
namespace {

struct Opened {
    ResultPtr result; ///< null: no recipe, or an error
    QString error;
};

Opened openNow(const QString& path) {
    try {
        return {.result = readPicture(path).result, .error = {}};
    } catch (const std::bad_alloc&) {
        return {.result = {}, .error = PictureFiles::tr("There is not enough memory to read %1.").arg(path)};
    } catch (const std::exception& error) {
        return {.result = {}, .error = QString::fromUtf8(error.what())};
    }
}

/// Empty: written.
template <typename Write>
QString writeNow(Write write) {
    try {
        write();
        return {};
    } catch (const std::bad_alloc&) {
        return PictureFiles::tr(
            "There is not enough memory to write it; close other programs and save again.");
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace

QString pngPath(const QString& path) {
    const QString ending = QStringLiteral(".png");
    return path.endsWith(ending, Qt::CaseInsensitive) ? path : path + ending;
}

template <typename Write>
void PictureFiles::run(const QString& path, Write write) {
    QtConcurrent::run(write, path).then(this, [this, path](const QString& error) {
        if (error.isEmpty())
            Q_EMIT saved(path);
        else
            Q_EMIT saveFailed(path, error);
    });
}

void PictureFiles::save(const ResultPtr& result, const QString& path) {
    run(pngPath(path), [result](const QString& file) {
        return writeNow([&] { writePng(file.toStdString(), result->image, recipeText(result->recipe)); });
    });
}

void PictureFiles::saveFrame(const QImage& picture, const QString& path) {
    run(pngPath(path), [picture](const QString& file) {
        return writeNow([&] { writePng(file.toStdString(), toRgbImage(picture), {}); });
    });
}

void PictureFiles::open(const QString& path) {
    QtConcurrent::run(openNow, path).then(this, [this, path](const Opened& opened) {
        if (!opened.error.isEmpty())
            Q_EMIT openFailed(path, opened.error);
        else if (!opened.result)
            Q_EMIT withoutRecipe(path);
        else
            Q_EMIT this->opened(opened.result, path);
    });
}

} // namespace scalekv::ui
