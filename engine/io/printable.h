#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace scalekv {

constexpr std::size_t kLongestName = 160; // bytes

/// `text` as it may stand in a message or on a terminal: control characters and bytes that are not UTF-8
/// become '?', and what is longer than `longest` bytes is cut, since texts come from files that may be
/// hostile.
std::string printable(std::string_view text, std::size_t longest = kLongestName);

/// The path for a message, printable.
std::string pathText(const std::filesystem::path& path);

} // namespace scalekv
