#include "engine/pipeline/model_json.h"

#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "scalekv/error.h"
#include "scalekv/request.h"
#include "scalekv/scale_schedule.h"

#include <algorithm>
#include <limits>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr int kMostGroups = 65536;

/// The file or folder that a field names, which must lie inside the folder of model.json.
fs::path inside(const JsonFields& fields, const char* name, const fs::path& folder) {
    const fs::path relative = fields.text(name);
    const bool climbs = std::find(relative.begin(), relative.end(), "..") != relative.end();
    if (relative.empty() || relative.is_absolute() || climbs)
        fields.fail(name,
                    "names " + printable(relative.string()) + ", which is not inside the model's folder");
    return folder / relative;
}

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// The same, and it must be there.
fs::path part(const JsonFields& fields, const char* name, const fs::path& folder) {
    fs::path full = inside(fields, name, folder);
    if (!isThere(full))
        fields.fail(name, "names " + printable(fields.text(name)) + ", which is not there");
    return full;
}

/// A calibration is made after the model, so it may be named before it is there.
void readCalibrationPaths(const JsonFields& fields, const fs::path& folder, ModelFiles& files) {
    files.newCalibration =
        fields.has("calibration") ? inside(fields, "calibration", folder) : folder / "calibration.json";
    if (isThere(files.newCalibration))
        files.calibration = files.newCalibration;
    if (fields.has("calibration_prompts"))
        files.calibrationPrompts = part(fields, "calibration_prompts", folder);
}

/// Lists of names: none may be empty.
std::vector<std::string> names(const JsonFields& fields, const char* name) {
    std::vector<std::string> list = fields.texts(name, std::vector<std::string>());
    for (const std::string& item : list)
        if (wordsOf(item).empty())
            fields.fail(name, "holds a name without a word");
    return list;
}

void readVocabulary(const JsonFields& fields, ModelFiles& files) {
    Vocabulary& vocabulary = files.vocabulary;
    vocabulary.objects = names(fields, "objects");
    vocabulary.colours = names(fields, "colours");
    vocabulary.prompts = files.examples;
    if (const std::string form = fields.text("prompt", ""); !form.empty())
        vocabulary.prompts.push_back(form);
    if (!fields.has("aliases"))
        return;
    const JsonFields aliases = fields.part("aliases");
    for (const auto& [object, others] : fields.raw("aliases").items()) {
        if (std::find(vocabulary.objects.begin(), vocabulary.objects.end(), object) ==
            vocabulary.objects.end())
            fields.fail("aliases", "names " + printable(object) + ", which is not among the objects");
        vocabulary.aliases[object] = names(aliases, object.c_str());
    }
}

void readSizes(const JsonFields& fields, ModelFiles& files) {
    files.sizes = fields.texts("sizes", std::vector<std::string>());
    if (files.sizes.empty())
        files.sizes.assign(imageSizes().begin(), imageSizes().end());
    const std::vector<double> all(aspectRatios().begin(), aspectRatios().end());
    files.aspectRatios = fields.numbers("aspect_ratios", all);
    for (const std::string& size : files.sizes)
        if (std::find(imageSizes().begin(), imageSizes().end(), size) == imageSizes().end())
            fields.fail("sizes", "holds the unknown size " + printable(size));
    for (const double ratio : files.aspectRatios) {
        try {
            rotaryExtent(ratio);
        } catch (const Error&) {
            fields.fail("aspect_ratios", "holds " + nlohmann::json(ratio).dump() + ", which no model knows");
        }
    }
}

void readDefaults(const JsonFields& model, ModelFiles& files) {
    GenerationDefaults& defaults = files.defaults;
    defaults.size = files.sizes.back();
    if (!model.has("defaults"))
        return;
    const JsonFields fields = model.part("defaults");
    defaults.size = fields.text("size", defaults.size);
    if (std::find(files.sizes.begin(), files.sizes.end(), defaults.size) == files.sizes.end())
        fields.fail("size", "is " + printable(defaults.size) + ", which is not among the model's sizes");
    defaults.cfg = fields.number("cfg", defaults.cfg);
    defaults.tau = fields.number("tau", defaults.tau);
    constexpr int kMostInt = std::numeric_limits<int>::max();
    defaults.topK = static_cast<int>(fields.integer("top_k", -kMostInt, kMostInt, defaults.topK));
    defaults.topP = fields.number("top_p", defaults.topP);
    if (const auto problem = settingProblem(recommendedRequest(files)))
        fields.fail(problem->field.c_str(), problem->why);
}

} // namespace

ModelFiles readModelJson(const fs::path& path) {
    const JsonFields fields(readJsonFile(path), pathText(path));
    const fs::path folder = path.parent_path();
    ModelFiles files;
    files.transformer = part(fields, "transformer", folder);
    files.textEncoder = part(fields, "text_encoder", folder);
    files.vae = part(fields, "vae", folder);
    files.name = fields.text("name", fs::absolute(folder).lexically_normal().filename().string());
    files.about = fields.text("about", "");
    files.examples = fields.texts("examples", std::vector<std::string>());
    readVocabulary(fields, files);
    readCalibrationPaths(fields, folder, files);
    if (fields.has("vae_config")) {
        const JsonFields vae = fields.part("vae_config");
        if (vae.has("norm_groups"))
            files.vaeSettings.normGroups = static_cast<int>(vae.integer("norm_groups", 1, kMostGroups));
    }
    readSizes(fields, files);
    readDefaults(fields, files);
    return files;
}

} // namespace scalekv
