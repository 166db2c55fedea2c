#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace scalekv {

enum class FileKind {
    Transformer,   ///< Infinity transformer
    Vae,           ///< BSQ-VAE
    TextEncoder,   ///< T5
    SentencePiece, ///< vocabulary of the text encoder
    Model,         ///< all parts of a model
    Budget,        ///< ScaleKV budget table
    Calibration,   ///< drafters and refiners, as `scalekv calibrate` writes them
    Picture,       ///< PNG, with or without a recipe
    Checkpoint,    ///< readable tensors of something else
};

/// Something with parts of its own, as JSON.
struct Nested {
    std::string json;
};

/// One thing that can be said of a file.
struct Fact {
    std::string key;   ///< for programs: "channel_multipliers"
    std::string label; ///< for people: "channel multipliers"
    std::variant<bool, std::int64_t, std::uint64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>, Nested>
        value;
};

/// What a full cache holds at its largest, for one prompt with guidance (two sequences).
struct CacheNeed {
    std::string size; ///< "1M", square
    int scales = 0;
    std::int64_t tokens = 0; ///< cached tokens a sequence
    std::int64_t bf16Bytes = 0;
    std::int64_t fp32Bytes = 0;
};

/// What a file or folder is.
struct Inspection {
    FileKind kind = FileKind::Checkpoint;
    std::filesystem::path path;
    std::string name; ///< of a model; else empty
    std::vector<Fact> facts;
    std::int64_t tensors = 0;
    std::int64_t parameters = 0;                     ///< floating-point numbers that the part uses
    std::map<std::string, std::int64_t> bytesByType; ///< of everything in the file: "bf16" → bytes
    std::vector<CacheNeed> cache;                    ///< by image size, for transformers and models
    std::vector<Inspection> parts;                   ///< of a model
};

/// Reads headers only, so it takes milliseconds. Throws Error for what is damaged, or is none of these.
Inspection inspect(const std::filesystem::path& path);

/// Several lines for a person.
std::string toText(const Inspection& inspection);
/// The same as a JSON object.
std::string toJson(const Inspection& inspection);

} // namespace scalekv
