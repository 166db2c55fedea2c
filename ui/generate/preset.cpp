#include "ui/generate/preset.h"

#include "scalekv/error.h"
#include "ui/text/policy_text.h"
#include "ui/text/tr.h"
#include "widgets/number_list_edit.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace scalekv::ui {
namespace {

const QString kNameKey = QStringLiteral("preset");
constexpr int kLongestName = 200; // of a file that somebody else wrote

QString onOneLine(QString name) {
    for (QChar& c : name)
        if (c.category() == QChar::Other_Control)
            c = QLatin1Char(' ');
    return name;
}

std::string jsonText(const QString& text) {
    const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return list.mid(1, list.size() - 2).toStdString(); // without the brackets
}

std::set<std::string> allSettings() {
    std::set<std::string> all;
    const GenerationRequest any;
    eachSetting(any, [&all](const char* name, const auto& /*value*/) { all.insert(name); });
    return all;
}

/// The setting of a stored field: a policy has several, and they are all that has no setting of its name.
std::string settingOf(const std::string& field) {
    static const std::set<std::string> kAll = allSettings();
    return kAll.contains(field) ? field : "policy";
}

/// As messages name it.
std::string source(const Preset& preset) {
    return "The preset \"" + preset.name.simplified().toStdString() + "\"";
}

/// Says what is wrong with what it holds, if anything.
Preset checked(Preset preset) {
    try {
        (void)preset.onto({});
        if (preset.fields.empty())
            preset.problem = tr("The preset “%1” holds no settings.").arg(preset.name.simplified());
    } catch (const Error& error) {
        preset.problem = QString::fromUtf8(error.what());
    }
    return preset;
}

Preset written(const QString& name, const GenerationRequest& request, const std::set<std::string>& fields) {
    std::string json = "{\n \"preset\": " + jsonText(name);
    for (const auto& [field, value] : requestFields(request))
        if (fields.contains(settingOf(field)))
            json.append(",\n \"").append(field).append("\": ").append(value);
    return checked({name, json + "\n}\n", fields, {}});
}

QString listText(const std::vector<double>& numbers) {
    return widgets::numberListText(QVector<double>(numbers.begin(), numbers.end()));
}

} // namespace

GenerationRequest Preset::onto(const GenerationRequest& current) const {
    return requestFromJson(json, source(*this), current);
}

Preset presetFrom(const QByteArray& text, const QString& otherwise) {
    Preset preset{otherwise, text.toStdString(), {}, {}};
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    if (const QString name = object.value(kNameKey).toString(); !name.trimmed().isEmpty())
        preset.name = onOneLine(name.left(kLongestName));
    try {
        preset.fields = settingsIn(preset.json, source(preset));
    } catch (const Error& error) {
        preset.problem = QString::fromUtf8(error.what());
        return preset;
    }
    return checked(preset);
}

Preset presetOf(const GenerationRequest& request, const QString& name, bool withPromptAndSeed) {
    std::set<std::string> fields = allSettings();
    if (!withPromptAndSeed)
        for (const char* own : {"prompt", "negative_prompt", "seed"})
            fields.erase(own);
    return written(name, request, fields);
}

Preset renamed(const Preset& preset, const QString& name) {
    return written(name, preset.onto({}), preset.fields);
}

QByteArray toText(const Preset& preset) {
    return QByteArray::fromStdString(preset.json);
}

QString presetSummary(const Preset& preset) {
    if (!preset.problem.isEmpty())
        return preset.problem;
    const GenerationRequest request = preset.onto({});
    QStringList parts;
    if (preset.has("size"))
        parts += QString::fromStdString(request.size);
    if (preset.has("aspect_ratio") && request.aspectRatio != 1)
        parts += tr("aspect %1").arg(request.aspectRatio);
    if (preset.has("cfg"))
        parts += tr("cfg %1").arg(listText(request.cfg));
    if (preset.has("tau"))
        parts += tr("tau %1").arg(listText(request.tau));
    if (preset.has("policy"))
        parts += policyText(request.policy);
    if (preset.has("prompt") && !request.prompts.empty())
        parts += tr("prompt “%1”").arg(QString::fromStdString(request.prompts.front()).simplified());
    if (preset.has("seed"))
        parts += tr("seed %1").arg(request.seed);
    return parts.join(QStringLiteral(" · "));
}

} // namespace scalekv::ui
