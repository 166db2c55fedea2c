#include "ui/runs/kept_run.h"

#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "ui/runs/image_convert.h"

#include <QFile>

#include <algorithm>

namespace scalekv::ui {
namespace {

/// None where there is none, or it is of another picture.
std::optional<KeptRun> runBeside(const QString& picture, const RgbImage& image) {
    const QString path = gallery::runPath(picture);
    if (!QFile::exists(path))
        return {};
    try {
        KeptRun run = readRunFile(gallery::nativePath(path));
        if (run.pixels == pixelSum(image))
            return run;
    } catch (const Error&) {
        // The picture is there all the same.
    }
    return {};
}

/// Where no picture of an earlier scale was kept, its frame has none.
QVector<ScaleFrame> framesOf(const KeptRun& run, const RgbImage& last) {
    QVector<ScaleFrame> frames;
    for (const ScaleReport& report : run.report.scales) {
        const auto scale = std::size_t(report.scale);
        const bool isLast = scale + 1 == run.report.scales.size();
        frames += ScaleFrame{isLast                        ? toQImage(last)
                             : scale < run.pictures.size() ? toQImage(run.pictures[scale])
                                                           : QImage(),
                             report};
    }
    return frames;
}

} // namespace

gallery::NewPicture newPicture(const GenerationResult& result, const RecordPtr& record) {
    gallery::NewPicture picture{result.image, recipeText(result.recipe), result.fileStem()};
    if (result.plan.schedule.empty())
        return picture;
    KeptRun run;
    run.plan = result.plan;
    run.report = result.report;
    run.bits = result.bits;
    run.pixels = pixelSum(result.image);
    if (record)
        run.record = *record;
    const bool all = std::size_t(result.frames.size()) == run.plan.schedule.size() &&
                     std::none_of(result.frames.begin(), result.frames.end(),
                                  [](const ScaleFrame& frame) { return frame.picture.isNull(); });
    for (qsizetype scale = 0; all && scale + 1 < result.frames.size(); ++scale)
        run.pictures.push_back(toRgbImage(result.frames.at(scale).picture));
    picture.run = std::move(run);
    return picture;
}

RecordedRun readPicture(const QString& path) {
    PngFile file = readPng(gallery::nativePath(path));
    std::optional<Recipe> recipe = recipeOf(file.text);
    if (!recipe)
        return {};
    auto result = std::make_shared<GenerationResult>();
    result->recipe = std::move(*recipe);
    RecordPtr record;
    if (std::optional<KeptRun> run = runBeside(path, file.image)) {
        result->frames = framesOf(*run, file.image);
        if (run->record.hasAttention())
            record = std::make_shared<const RunRecord>(std::move(run->record));
        result->plan = std::move(run->plan);
        result->report = std::move(run->report);
        result->bits = std::move(run->bits);
    } else {
        result->frames += ScaleFrame{toQImage(file.image), {}};
        result->opened = true;
    }
    result->image = std::move(file.image);
    return {std::move(result), std::move(record)};
}

} // namespace scalekv::ui
