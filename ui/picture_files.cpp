#include "ui/picture_files.h"

#include "scalekv/error.h"
#include "ui/image_convert.h"

#include <QtConcurrent>

namespace scalekv::ui {
namespace {

struct Opened {
    ResultPtr result; ///< null: no recipe, or an error
    QString error;
};

Opened openNow(const QString& path) {
    try {
        PngFile file = readPng(path.toStdString());
        std::optional<Recipe> recipe = recipeOf(file.text);
        if (!recipe)
            return {};
        auto result = std::make_shared<GenerationResult>();
        result->recipe = std::move(*recipe);
        result->frames += ScaleFrame{toQImage(file.image), {}};
        result->image = std::move(file.image);
        result->opened = true;
        return {.result = std::move(result), .error = {}};
    } catch (const std::exception& error) {
        return {.result = {}, .error = QString::fromUtf8(error.what())};
    }
}

/// Empty: written.
QString writeNow(const RgbImage& image, const PngText& text, const QString& path) {
    try {
        writePng(path.toStdString(), image, text);
        return {};
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace

void PictureFiles::save(const ResultPtr& result, const QString& path) {
    run(path, [result, path] { return writeNow(result->image, recipeText(result->recipe), path); });
}

void PictureFiles::saveFrame(const QImage& picture, const QString& path) {
    run(path, [picture, path] { return writeNow(toRgbImage(picture), {}, path); });
}

void PictureFiles::run(const QString& path, const std::function<QString()>& write) {
    QtConcurrent::run(write).then(this, [this, path](const QString& error) {
        if (error.isEmpty())
            Q_EMIT saved(path);
        else
            Q_EMIT saveFailed(path, error);
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
