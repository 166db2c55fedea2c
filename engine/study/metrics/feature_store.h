#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace scalekv {

/// What tells whether a picture's file has changed.
struct FileStamp {
    std::uint64_t bytes = 0;
    std::int64_t modified = 0; ///< the file system's clock, nanoseconds
    bool operator==(const FileStamp&) const = default;
};
/// Throws Error where the file cannot be asked.
FileStamp stampOf(const std::filesystem::path& file);

/// Features of a folder's pictures, kept in a hidden folder beside them: .scalekv-metrics/KIND.safetensors,
/// which holds `features` [n, d], and for each row the name and stamp of its
/// file. `identity` tells the
/// network that made them from others.
class FeatureStore {
public:
    FeatureStore(std::filesystem::path folder, std::string kind, std::string identity, std::int64_t size);

    /// The [d] of a file that has not changed since, else an undefined tensor.
    at::Tensor find(const std::string& name, const FileStamp& stamp) const;
    void keep(const std::string& name, const FileStamp& stamp, const at::Tensor& features);
    /// Leaves out pictures that are no longer there.
    void keepOnly(const std::set<std::string>& names);
    /// Writes everything, if anything is new. Throws Error where that cannot be.
    void save() const;

private:
    struct Row {
        FileStamp stamp;
        at::Tensor features;
    };
    void load();
    std::filesystem::path file() const;

    std::filesystem::path folder_;
    std::string kind_, identity_;
    std::int64_t size_;
    std::map<std::string, Row> rows_;
    bool changed_ = false;
};

} // namespace scalekv
