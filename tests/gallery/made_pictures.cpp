#include "tests/gallery/made_pictures.h"

#include "scalekv/file_stem.h"
#include "scalekv/recipe.h"

#include <QElapsedTimer>
#include <QTest>

namespace scalekv::test {

using namespace gallery;

RgbImage madeImage(quint64 seed, int side) {
    RgbImage image{side, side, {}};
    image.pixels.reserve(std::size_t(side) * side * 3);
    for (int n = 0; n < side * side * 3; ++n)
        image.pixels.push_back(std::uint8_t((quint64(n) * (seed % 251 + 1) + seed) >> 3));
    return image;
}

NewPicture madePicture(const QString& prompt, quint64 seed, int side) {
    Recipe recipe;
    recipe.request.prompts = {prompt.toStdString()};
    recipe.request.seed = seed;
    recipe.request.size = "0.06M";
    recipe.request.policy.name = seed % 2 == 0 ? "full" : "snapkv";
    recipe.request.policy.budget = kUsualBudget;
    recipe.model.name = "made";
    recipe.precision = "fp32";
    recipe.device = "cpu";

    NewPicture picture;
    picture.image = madeImage(seed, side);
    picture.text = recipeText(recipe);
    picture.stem = QString::fromStdString(fileStem(prompt.toStdString(), seed));
    KeptRun run;
    run.plan.request = recipe.request;
    run.plan.schedule = scaleSchedule("0.06M", 1.0);
    run.plan.layers = 2;
    run.plan.picture = {side, side};
    run.plan.kvBytes.assign(run.plan.schedule.size(), 1000);
    run.plan.fullKvBytes = run.plan.kvBytes;
    for (const MapSize map : run.plan.schedule) {
        ScaleReport report;
        report.scale = int(run.report.scales.size());
        report.map = map;
        run.report.scales.push_back(report);
        ScaleBits bits{map, 8, 1, {}};
        bits.packed.assign(std::size_t(bits.packedBytes()), std::uint8_t(seed));
        run.bits.push_back(bits);
    }
    run.pixels = pixelSum(picture.image);
    picture.run = std::move(run);
    return picture;
}

OpenGallery::OpenGallery(const QString& folder, const QString& indexFolder)
    : folder_(folder.isEmpty() ? own_.filePath(QStringLiteral("pictures")) : folder),
      indexFolder_(indexFolder.isEmpty() ? own_.filePath(QStringLiteral("index")) : indexFolder) {
    reopen();
}

void OpenGallery::reopen() {
    gallery_.reset();
    gallery_ = std::make_unique<Gallery>(indexFolder_);
    QSignalSpy scanned(gallery_.get(), &Gallery::scanFinished);
    gallery_->open(folder_, true);
    QVERIFY(scanned.wait(kPatience));
}

bool OpenGallery::rescan() {
    // The first that is heard of may have been under way before.
    for (int n = 0; n < 2; ++n) {
        QSignalSpy scanned(gallery_.get(), &Gallery::scanFinished);
        gallery_->rescan();
        if (!scanned.wait(kPatience))
            return false;
    }
    return true;
}

QString OpenGallery::keep(const NewPicture& picture) {
    QSignalSpy kept(gallery_.get(), &Gallery::kept), failed(gallery_.get(), &Gallery::keepFailed);
    gallery_->keep([picture] { return picture; });
    if (!QTest::qWaitFor([&] { return kept.count() + failed.count() > 0; }, kPatience) || kept.isEmpty())
        return {};
    return kept.front().at(1).toString();
}

QVector<Entry> OpenGallery::find(const Query& query) {
    QSignalSpy found(gallery_.get(), &Gallery::found);
    const quint64 ticket = gallery_->find(query);
    while (found.wait(kPatience)) {
        if (found.back().at(0).toULongLong() == ticket)
            return found.back().at(1).value<QVector<Entry>>();
    }
    return {};
}

QStringList OpenGallery::names(const Query& query) {
    QStringList names;
    for (const Entry& entry : find(query))
        names += entry.path;
    return names;
}

QStringList OpenGallery::prompts(const Query& query) {
    QStringList prompts;
    for (const Entry& entry : find(query))
        prompts += entry.prompt;
    return prompts;
}

QStringList OpenGallery::move(const QStringList& paths, quint64* ticket) {
    QSignalSpy moved(gallery_.get(), &Gallery::moved);
    const quint64 own = gallery_->move(paths);
    if (ticket)
        *ticket = own;
    return moved.wait(kPatience) ? moved.back().at(2).toStringList() : QStringList();
}

} // namespace scalekv::test
