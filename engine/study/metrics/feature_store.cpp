#include "engine/study/metrics/feature_store.h"

#include "engine/io/checkpoint.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <ATen/ATen.h>
#include <c10/util/hash.h>

#include <chrono>
#include <limits>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = ".scalekv-metrics";
constexpr const char* kVersion = "1";

std::string digest(const at::Tensor& features) {
    const std::string bytes(static_cast<const char*>(features.const_data_ptr()), features.nbytes());
    return c10::sha1(bytes).str();
}

/// A safetensors file of one fp32 tensor.
std::string safetensorsOf(const at::Tensor& features, const std::map<std::string, std::string>& metadata) {
    nlohmann::json header{
        {"__metadata__", metadata},
        {"features",
         {{"dtype", "F32"}, {"shape", features.sizes().vec()}, {"data_offsets", {0, features.nbytes()}}}}};
    std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string bytes;
    for (int n = 0; n < 8; ++n)
        bytes += char(text.size() >> 8 * n & 0xFF);
    bytes += text;
    return bytes.append(static_cast<const char*>(features.const_data_ptr()), features.nbytes());
}

} // namespace

FileStamp stampOf(const fs::path& file) {
    std::error_code error;
    const std::uint64_t bytes = fs::file_size(file, error);
    const auto time = error ? fs::file_time_type() : fs::last_write_time(file, error);
    if (error)
        throw Error(pathText(file) + ": cannot be read (" + error.message() + ").");
    return {bytes, std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count()};
}

FeatureStore::FeatureStore(fs::path folder, std::string kind, std::string identity, std::int64_t size)
    : folder_(std::move(folder)), kind_(std::move(kind)), identity_(std::move(identity)), size_(size) {
    try {
        load();
    } catch (const Error&) { // damaged or foreign: made anew
        rows_.clear();
    }
}

fs::path FeatureStore::file() const {
    return folder_ / kFolder / (kind_ + ".safetensors");
}

void FeatureStore::load() {
    std::error_code error;
    if (!fs::exists(file(), error))
        return;
    const Checkpoint stored = Checkpoint::open(file());
    const auto note = [&stored](const char* name) {
        const auto found = stored.metadata().find(name);
        return found == stored.metadata().end() ? std::string() : found->second;
    };
    const at::Tensor features = stored.tensor("features").contiguous();
    if (note("version") != kVersion || note("identity") != identity_ ||
        features.scalar_type() != at::kFloat || features.dim() != 2 || features.size(1) != size_ ||
        note("digest") != digest(features))
        return;
    const JsonFields files(parseJson(note("files"), pathText(file())), pathText(file()));
    const nlohmann::json& list = files.list("files");
    if (std::int64_t(list.size()) != features.size(0))
        return;
    const at::Tensor copy = features.clone(); // the file may be written anew while it is mapped
    for (std::size_t row = 0; row < list.size(); ++row) {
        const JsonFields fields(list[row], files.what());
        constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
        rows_[fields.text("name")] = {
            {fields.unsignedInteger("bytes", 0), fields.integer("modified", -kMost, kMost)},
            copy[std::int64_t(row)]};
    }
}

at::Tensor FeatureStore::find(const std::string& name, const FileStamp& stamp) const {
    const auto found = rows_.find(name);
    return found != rows_.end() && found->second.stamp == stamp ? found->second.features : at::Tensor();
}

void FeatureStore::keep(const std::string& name, const FileStamp& stamp, const at::Tensor& features) {
    rows_[name] = {stamp, features};
    changed_ = true;
}

void FeatureStore::keepOnly(const std::set<std::string>& names) {
    const std::size_t gone =
        std::erase_if(rows_, [&names](const auto& entry) { return !names.contains(entry.first); });
    changed_ = changed_ || gone > 0;
}

void FeatureStore::save() const {
    if (!changed_ || rows_.empty())
        return;
    std::error_code error;
    fs::create_directories(folder_ / kFolder, error);
    if (error)
        throw Error(pathText(folder_ / kFolder) + ": this folder cannot be made (" + error.message() + ").");
    std::vector<at::Tensor> features;
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [name, row] : rows_) {
        features.push_back(row.features);
        list.push_back({{"name", name}, {"bytes", row.stamp.bytes}, {"modified", row.stamp.modified}});
    }
    const at::Tensor all = at::stack(features).contiguous();
    writeFile(file(),
              safetensorsOf(all, {{"version", kVersion},
                                  {"identity", identity_},
                                  {"digest", digest(all)},
                                  {"files", nlohmann::json{{"files", list}}.dump(
                                                -1, ' ', false, nlohmann::json::error_handler_t::replace)}}));
}

} // namespace scalekv
