#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace scalekv {

/// Parses JSON that may be hostile: nesting is limited (nlohmann copies and prints trees recursively) and a
/// key that stands twice in one object is refused rather than silently dropped. `what` names the text in
/// messages. Throws Error.
nlohmann::json parseJson(std::string_view text, const std::string& what);

/// Parses a small JSON file (at most 64 MiB). Throws Error that names it.
nlohmann::json readJsonFile(const std::filesystem::path& path);

} // namespace scalekv
