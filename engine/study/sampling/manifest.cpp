#include "engine/study/sampling/manifest.h"

#include "engine/io/file_text.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "engine/pipeline/identity_json.h"
#include "engine/pipeline/request_json.h"
#include "scalekv/error.h"

#include <algorithm>
#include <limits>

namespace scalekv {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kMostBytes = std::uint64_t(256) << 20; // a million captions

/// All that has to be the same, but for the captions.
OrderedJson identityOf(const Manifest& manifest) {
    OrderedJson request = requestJson(manifest.set.request);
    request.erase("prompt");
    request.erase("seed");
    return {{"program", manifest.program},     {"model", identityJson(manifest.model)},
            {"precision", manifest.precision}, {"first_seed", manifest.set.firstSeed},
            {"batch", manifest.set.batch},     {"settings", std::move(request)}};
}

} // namespace

std::string toJson(const Manifest& manifest) {
    OrderedJson result = identityOf(manifest);
    OrderedJson pictures = OrderedJson::array();
    const PictureSet& set = manifest.set;
    for (std::size_t i = 0; i < set.prompts.size(); ++i)
        pictures.push_back({{"file", setPictureName(i, set.prompts.size())},
                            {"seed", set.firstSeed + i},
                            {"prompt", set.prompts[i]}});
    result["pictures"] = std::move(pictures);
    return jsonText(result, 1) + "\n";
}

Manifest manifestFromJson(const std::string& text, const std::string& what) {
    const JsonFields fields(parseJson(text, what), what);
    Manifest manifest;
    manifest.program = fields.text("program");
    manifest.model = readIdentity(fields.part("model"));
    manifest.precision = fields.text("precision");
    manifest.set.firstSeed = fields.unsignedInteger("first_seed", 0);
    manifest.set.batch = int(fields.integer("batch", 1, kLargestBatch));
    manifest.set.request = readRequest(fields.part("settings"));
    for (const json& picture : fields.list("pictures"))
        manifest.set.prompts.push_back(JsonFields(picture, what + ": pictures").text("prompt"));
    if (manifest.set.prompts.empty())
        fields.fail("pictures", "is empty");
    return manifest;
}

std::optional<Manifest> readManifest(const fs::path& folder) {
    const fs::path file = folder / kSetManifest;
    std::error_code problem;
    if (!fs::exists(file, problem))
        return {};
    return manifestFromJson(fileText(file, kMostBytes), pathText(file));
}

std::string manifestDifference(const Manifest& made, const Manifest& wanted) {
    const auto deciding = [](const Manifest& manifest) {
        OrderedJson identity = identityOf(manifest);
        identity["model"].erase("name"); // of a folder, perhaps, which may be another on every machine
        return identity;
    };
    if (std::string difference = firstDifference(deciding(made), deciding(wanted)); !difference.empty())
        return difference;
    const auto& were = made.set.prompts;
    const auto& are = wanted.set.prompts;
    if (were.size() != are.size())
        return "there are " + std::to_string(were.size()) + " pictures, not " + std::to_string(are.size());
    const auto [was, is] = std::mismatch(were.begin(), were.end(), are.begin());
    if (was == were.end())
        return {};
    return "the caption of " + setPictureName(std::size_t(was - were.begin()), were.size()) + " is \"" +
           printable(*was) + "\", not \"" + printable(*is) + "\"";
}

} // namespace scalekv
