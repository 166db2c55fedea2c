#include "scalekv/comparison_settings.h"

#include "engine/io/json_file.h"
#include "engine/study/comparison/comparison_json.h"

#include <algorithm>

namespace scalekv {

OrderedJson settingsJson(const ComparisonSettings& settings) {
    OrderedJson json{
        {"mode", modeName(settings.mode)}, {"seeds", settings.seeds}, {"policies", OrderedJson::array()}};
    for (const PolicyChoice& choice : settings.choices)
        json["policies"].push_back(policyJson(choice));
    if (settings.klByLayer) // results without it, which are older, can be continued
        json["kl_by_layer"] = true;
    if (!settings.lpips.empty())
        json["lpips"] = settings.lpips;
    OrderedJson request = requestJson(settings.request);
    request.erase("seed"); // of its own: every one of `seeds`, and of `policies`
    const OrderedJson policy = policyJson(settings.request.policy); // items() only refers to it
    for (const auto& [name, value] : policy.items())
        request.erase(name);
    json.update(request);
    return json;
}

ComparisonSettings readSettings(const JsonFields& fields) {
    ComparisonSettings settings;
    // Seed and policy are lists of their own; what a request reads of them is not looked at.
    settings.request = readRequest(fields);
    settings.request.policy = {};
    for (const nlohmann::json& seed : fields.list("seeds"))
        settings.seeds.push_back(
            JsonFields({{"seed", seed}}, fields.what() + ": seeds").unsignedInteger("seed", 0));
    for (const nlohmann::json& policy : fields.list("policies"))
        settings.choices.push_back(readPolicy({policy, fields.what() + ": policies"}));
    const std::string mode = fields.text("mode");
    const auto found = std::find_if(kComparisonModes.begin(), kComparisonModes.end(),
                                    [&mode](ComparisonMode known) { return modeName(known) == mode; });
    if (found == kComparisonModes.end())
        fields.fail("mode", "is none of teacher-forced, free and both");
    settings.mode = *found;
    settings.klByLayer = fields.has("kl_by_layer") && fields.raw("kl_by_layer") == true;
    settings.lpips = fields.text("lpips", "");
    checkComparison(settings);
    return settings;
}

std::string toJson(const ComparisonSettings& settings) {
    return jsonText(settingsJson(settings));
}

ComparisonSettings comparisonSettingsFromJson(const std::string& json, const std::string& what) {
    return readSettings({parseJson(json, what), what});
}

} // namespace scalekv
