#include "ui/generate/form_settings.h"

#include "scalekv/error.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QtGlobal>

namespace scalekv::ui {
namespace {

/// One group a model, however its path was given: from another folder, or through a link.
QString groupOf(const QString& path) {
    const QFileInfo file(path);
    const QString canonical = file.canonicalFilePath(); // empty: it is gone
    const QString key = canonical.isEmpty() ? QDir::cleanPath(file.absoluteFilePath()) : canonical;
    const QByteArray hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha1).toHex().left(12);
    return QStringLiteral("requests/") + QString::fromLatin1(hash);
}

} // namespace

GenerationRequest rememberedRequest(const ModelSummary& model) {
    const GenerationRequest recommended = recommendedRequest(model.files);
    QSettings settings;
    settings.beginGroup(groupOf(model.path));
    std::string fields;
    for (const QString& name : settings.childKeys()) {
        const std::string field =
            "\"" + name.toStdString() + "\": " + settings.value(name).toString().toStdString();
        try { // each by itself, so that one that does not fit any more costs no other
            (void)requestFromJson("{" + field + "}", "A remembered setting", recommended);
            fields += (fields.empty() ? "" : ", ") + field;
        } catch (const Error& error) {
            qWarning("%s", error.what());
        }
    }
    return requestFromJson("{" + fields + "}", "The remembered settings", recommended);
}

void rememberRequest(const ModelSummary& model, GenerationRequest request) {
    const GenerationRequest recommended = recommendedRequest(model.files);
    // These are the form's own, whatever the model.
    request.prompts = recommended.prompts;
    request.negativePrompt = recommended.negativePrompt;
    request.seed = recommended.seed;
    QSettings settings;
    settings.beginGroup(groupOf(model.path));
    settings.remove(QString());
    const auto advised = requestFields(recommended);
    for (const auto& [name, value] : requestFields(request))
        if (const auto found = advised.find(name); found == advised.end() || found->second != value)
            settings.setValue(QString::fromStdString(name), QString::fromStdString(value));
}

} // namespace scalekv::ui
