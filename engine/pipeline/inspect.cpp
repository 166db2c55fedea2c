#include "scalekv/inspect.h"

#include "engine/image/picture_format.h"
#include "engine/io/folder.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/pipeline/inspections.h"
#include "engine/pipeline/model_parts.h"
#include "scalekv/error.h"
#include "scalekv/model_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>

namespace scalekv {
namespace {

namespace fs = std::filesystem;
using namespace inspections;

bool hasFolders(const fs::path& path) {
    const std::vector<fs::path> entries = entriesOf(path);
    return std::any_of(entries.begin(), entries.end(), [](const fs::path& entry) {
        std::error_code ignored;
        return fs::is_directory(entry, ignored);
    });
}

Inspection ofFolder(const fs::path& path) {
    if (isTextEncoderFolder(path))
        return ofTextEncoder(path);
    std::error_code ignored;
    if (fs::exists(path / "model.json", ignored))
        return ofModel(path, findModel(path));
    try {
        const ModelFiles files = findModel(path);
        // A folder of shards stands for its transformer, even where the other parts lie next to it.
        if (!fs::equivalent(files.transformer, path))
            return ofModel(path, files);
    } catch (const Error&) {
        // A folder inside is a part of a model, so the model is what the person meant, and lacks something.
        if (hasFolders(path))
            throw;
    }
    return ofTensors(path);
}

/// The first bytes of a file.
std::string startOf(const fs::path& path) {
    std::array<char, 16> bytes{};
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), bytes.size());
    return {bytes.data(), std::size_t(file.gcount())};
}

/// Told by any row, so that a budget file with a mistake is not called something else.
bool isBudget(const nlohmann::json& json) {
    return json.is_object() && std::any_of(json.items().begin(), json.items().end(),
                                           [](const auto& row) { return row.key().starts_with("Scale "); });
}

} // namespace

Inspection inspect(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error(pathText(path) + ": there is no such file or folder.");
    if (fs::is_directory(path, ignored))
        return ofFolder(path);
    const std::string start = startOf(path);
    if (start.starts_with(kPngStart))
        return ofPicture(path);
    if (start.empty() && fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) == 0)
        throw Error(pathText(path) + ": is empty.");
    if (const std::string_view format = otherPictureFormat(start); !format.empty())
        throw Error(pathText(path) + ": is " + std::string(format) +
                    " picture; only PNGs saved by ScaleKV carry a recipe.");
    if (path.extension() == ".model")
        return ofVocabulary(path);
    if (path.extension() != ".json" || path.filename().string().ends_with(".index.json"))
        return ofTensors(path);

    const nlohmann::json json = readJsonFile(path);
    if (isBudget(json))
        return ofBudget(path);
    if (json.is_object() && json.contains("format")) // no other file of ours has it
        return ofCalibration(path);
    if (json.is_object() && json.contains("transformer"))
        return ofModel(path, findModel(path));
    throw Error(
        pathText(path) +
        ": is a JSON file, but neither a model, an index of shards, a budget nor a calibration of ScaleKV.");
}

} // namespace scalekv
