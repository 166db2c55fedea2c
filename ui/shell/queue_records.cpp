#include "ui/shell/queue_records.h"

#include "scalekv/comparison_settings.h"
#include "scalekv/error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace scalekv::ui {
namespace {

const QString kPicture = QStringLiteral("picture"), kCompare = QStringLiteral("compare"),
              kCalibrate = QStringLiteral("calibrate");

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

QStringList listOf(const QJsonValue& value) {
    QStringList list;
    const QJsonArray entries = value.toArray();
    for (const auto& entry : entries)
        list += entry.toString();
    return list;
}

} // namespace

QString storedKind(const QueuedWork& work) {
    if (!work.remembered)
        return {};
    return work.request()                          ? kPicture
           : std::get_if<CompareJob>(&work.work)   ? kCompare
           : std::get_if<CalibrateJob>(&work.work) ? kCalibrate
                                                   : QString();
}

QString storedBody(const QueuedWork& work) {
    if (const GenerationRequest* request = work.request())
        return text(toJson(*request));
    if (const auto* job = std::get_if<CalibrateJob>(&work.work))
        return QString::fromUtf8(
            QJsonDocument(QJsonObject{{QStringLiteral("file"), job->file},
                                      {QStringLiteral("settings"), text(toJson(job->settings))}})
                .toJson(QJsonDocument::Compact));
    const auto& job = std::get<CompareJob>(work.work);
    return QString::fromUtf8(
        QJsonDocument(QJsonObject{{QStringLiteral("folder"), job.folder},
                                  {QStringLiteral("anew"), job.start == ResultsStart::Anew},
                                  {QStringLiteral("settings"), text(toJson(job.settings))}})
            .toJson(QJsonDocument::Compact));
}

decltype(QueuedWork::work) storedWork(const QString& kind, const QString& body, bool begun) {
    const std::string what = "work that is remembered";
    if (kind == kPicture) {
        PictureWork picture{requestFromJson(body.toStdString(), what)};
        if (picture.request.prompts.size() != 1)
            throw Error(what + ": has no prompt.");
        return picture;
    }
    if (kind == kCalibrate) {
        const QJsonObject stored = QJsonDocument::fromJson(body.toUtf8()).object();
        return CalibrateJob{.file = stored[QStringLiteral("file")].toString(),
                            .settings = calibrationSettingsFromJson(
                                stored[QStringLiteral("settings")].toString().toStdString(), what)};
    }
    if (kind != kCompare)
        throw Error(what + ": is of a kind that this version does not know.");
    const QJsonObject job = QJsonDocument::fromJson(body.toUtf8()).object();
    const bool anew = job[QStringLiteral("anew")].toBool() && !begun; // what was begun goes on
    return CompareJob{.folder = job[QStringLiteral("folder")].toString(),
                      .settings = comparisonSettingsFromJson(
                          job[QStringLiteral("settings")].toString().toStdString(), what),
                      .start = anew ? ResultsStart::Anew : ResultsStart::Continue};
}

ModelIdentity storedModel(const QString& stored) {
    // Older programs wrote the four texts one after the other.
    if (const QJsonArray parts = QJsonDocument::fromJson(stored.toUtf8()).array(); !parts.isEmpty()) {
        const auto part = [&](int i) { return parts[i].toString().toStdString(); };
        return {.name = part(0), .transformer = part(1), .textEncoder = part(2), .vae = part(3)};
    }
    return modelIdentityFromJson(stored.toStdString(), "the model of work that is remembered");
}

QString storedBody(const PictureSheet& sheet) {
    QJsonArray requests;
    for (const GenerationRequest& request : sheet.requests)
        requests += text(toJson(request));
    return QString::fromUtf8(
        QJsonDocument(QJsonObject{{QStringLiteral("title"), sheet.title},
                                  {QStringLiteral("column_axis"), sheet.columnAxis},
                                  {QStringLiteral("row_axis"), sheet.rowAxis},
                                  {QStringLiteral("columns"), QJsonArray::fromStringList(sheet.columns)},
                                  {QStringLiteral("rows"), QJsonArray::fromStringList(sheet.rows)},
                                  {QStringLiteral("model"), text(toJson(sheet.model))},
                                  {QStringLiteral("path"), sheet.modelPath},
                                  {QStringLiteral("requests"), requests}})
            .toJson(QJsonDocument::Compact));
}

PictureSheet storedSheet(const QString& body) {
    const QJsonObject stored = QJsonDocument::fromJson(body.toUtf8()).object();
    PictureSheet sheet;
    sheet.title = stored[QStringLiteral("title")].toString();
    sheet.columnAxis = stored[QStringLiteral("column_axis")].toString();
    sheet.rowAxis = stored[QStringLiteral("row_axis")].toString();
    sheet.model = storedModel(stored[QStringLiteral("model")].toString());
    sheet.modelPath = stored[QStringLiteral("path")].toString();
    sheet.columns = listOf(stored[QStringLiteral("columns")]);
    sheet.rows = listOf(stored[QStringLiteral("rows")]);
    for (const QString& request : listOf(stored[QStringLiteral("requests")]))
        sheet.requests.push_back(requestFromJson(request.toStdString(), "a sheet that is remembered"));
    if (sheet.cells() == 0 || sheet.cells() != sheet.columns.size() * sheet.rows.size())
        throw Error("a sheet that is remembered: has other pictures than rows and columns.");
    return sheet;
}

} // namespace scalekv::ui
