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
    for (const QJsonValue& entry : value.toArray())
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
                                      {QStringLiteral("request"), text(toJson(job->settings.request))},
                                      {QStringLiteral("top_share"), job->settings.topShare},
                                      {QStringLiteral("queries"), qint64(job->settings.queries)},
                                      {QStringLiteral("drafter_share"), job->settings.drafterShare}})
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
        CalibrateJob job{.file = stored[QStringLiteral("file")].toString(), .settings = {}};
        job.settings.request =
            requestFromJson(stored[QStringLiteral("request")].toString().toStdString(), what);
        job.settings.topShare = stored[QStringLiteral("top_share")].toDouble(job.settings.topShare);
        job.settings.queries = stored[QStringLiteral("queries")].toInteger(job.settings.queries);
        job.settings.drafterShare =
            stored[QStringLiteral("drafter_share")].toDouble(job.settings.drafterShare);
        if (const auto wrong = settingProblem(job.settings))
            throw Error(what + ": " + wrong->field + " " + wrong->why + ".");
        return job;
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

QString toStored(const ModelIdentity& model) {
    const QJsonArray parts{text(model.name), text(model.transformer), text(model.textEncoder),
                           text(model.vae)};
    return QString::fromUtf8(QJsonDocument(parts).toJson(QJsonDocument::Compact));
}

ModelIdentity storedModel(const QString& stored) {
    const QJsonArray parts = QJsonDocument::fromJson(stored.toUtf8()).array();
    const auto part = [&](int i) { return parts[i].toString().toStdString(); };
    return {.name = part(0), .transformer = part(1), .textEncoder = part(2), .vae = part(3)};
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
                                  {QStringLiteral("model"), toStored(sheet.model)},
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
