#include "gallery/picture_facts.h"

#include "gallery/keep.h"
#include "gallery/marks.h"
#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "scalekv/png_head.h"
#include "scalekv/recipe.h"

#include <QDir>
#include <QFileInfo>

#include <new>

namespace scalekv::gallery {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// What one may look for besides the prompt.
QString settingsWords(const Recipe& recipe) {
    const GenerationRequest& request = recipe.request;
    // With their names, so that "policy:snapkv" finds one.
    QStringList words{QStringLiteral("seed %1").arg(request.seed),
                      QStringLiteral("size ") + text(request.size),
                      QStringLiteral("policy ") + text(request.policy.text()),
                      QStringLiteral("model ") + text(recipe.model.name),
                      text(recipe.precision),
                      text(recipe.device)};
    for (const double cfg : request.cfg)
        words += QStringLiteral("cfg %1").arg(cfg);
    for (const double tau : request.tau)
        words += QStringLiteral("tau %1").arg(tau);
    return words.join(QLatin1Char(' '));
}

void read(const Recipe& recipe, PictureFacts& facts) {
    const GenerationRequest& request = recipe.request;
    facts.entry.hasRecipe = true;
    facts.entry.prompt = text(request.prompts.front());
    facts.entry.policy = text(request.policy.text());
    facts.entry.model = text(recipe.model.name);
    facts.policyName = text(request.policy.name);
    facts.negative = text(request.negativePrompt);
    facts.settings = settingsWords(recipe);
}

} // namespace

PictureStamps stampsOf(const FolderFiles& files, const QString& path) {
    return {files.files.value(path), files.files.value(runPath(path)), files.files.value(marksPath(path))};
}

PictureStamps stampsOf(const QString& folder, const QString& path) {
    const QString picture = QDir(folder).filePath(path);
    return {stampOf(picture), stampOf(runPath(picture)), stampOf(marksPath(picture))};
}

PictureFacts readFacts(const QString& folder, const QString& path, const PictureStamps& stamps) {
    PictureFacts facts;
    facts.picture = stamps.picture;
    facts.run = stamps.run;
    facts.marks = stamps.marks;
    facts.entry.path = path;
    facts.entry.time = stamps.picture.time;
    facts.entry.bytes = stamps.picture.bytes + stamps.run.bytes + stamps.marks.bytes;
    facts.entry.hasRun = stamps.run.bytes > 0;
    const QString picture = QDir(folder).filePath(path);
    try {
        const PngHead head = readPngHead(nativePath(picture));
        facts.entry.width = head.width;
        facts.entry.height = head.height;
        if (const auto reached = head.text.find(kReachedKey); reached != head.text.end())
            facts.entry.reached = text(reached->second).left(20);
        try {
            if (const std::optional<Recipe> recipe = recipeOf(head.text))
                read(*recipe, facts);
        } catch (const Error&) {
            // One that is damaged is as good as none: the picture can still be seen.
        }
    } catch (const UnreadError&) {
        facts.unread = true;
    } catch (const Error&) {
        facts.broken = true;
    } catch (const std::bad_alloc&) {
        facts.unread = true;
    }
    facts.settings += QLatin1Char(' ') + QFileInfo(path).completeBaseName();
    if (stamps.marks.bytes > 0) {
        if (const std::optional<Marks> marks = marksIfRead(picture))
            facts.entry.marks = *marks;
        else
            facts.marks = {}; // they are looked for again
    }
    return facts;
}

} // namespace scalekv::gallery
