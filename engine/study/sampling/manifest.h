#pragma once

#include "scalekv/sampling.h"

#include <optional>

namespace scalekv {

/// What stands in a set's manifest: what decides its pictures, and which file is which.
struct Manifest {
    PictureSet set; ///< the request with the tables that its policy uses, without prompts
    ModelIdentity model;
    std::string precision;
    std::string program; ///< "scalekv 1.2"
};

/// A JSON object. Text that is not UTF-8 is replaced.
std::string toJson(const Manifest& manifest);
/// `what` names the text in messages. Throws Error where it is no manifest, or damaged.
Manifest manifestFromJson(const std::string& json, const std::string& what);

/// Of a set's folder; none where it holds no manifest. Throws Error where that is damaged.
std::optional<Manifest> readManifest(const std::filesystem::path& folder);

/// "" where both decide the same pictures, else the first difference, in words.
std::string manifestDifference(const Manifest& made, const Manifest& wanted);

} // namespace scalekv
