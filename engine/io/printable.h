#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace scalekv {

/// `text` as it may stand in a message: control characters and bytes that are not UTF-8 become '?', and
/// long text is cut, since names come from files that may be hostile.
std::string printable(std::string_view text);

/// The path for a message, printable.
std::string pathText(const std::filesystem::path& path);

} // namespace scalekv
