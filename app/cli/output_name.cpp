#include "app/cli/output_name.h"

#include <array>
#include <cstdio>
#include <system_error>

namespace scalekv::cli {
namespace {

constexpr std::size_t kLongestStem = 60; // bytes of the prompt; file names may have 255 in all

/// Bytes of UTF-8 characters beyond ASCII are kept as they are.
bool isNameByte(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool isContinuationByte(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::string slug(const std::string& prompt) {
    std::string name;
    for (char c : prompt) {
        if (isNameByte(static_cast<unsigned char>(c)))
            name += lower(c);
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    if (name.size() > kLongestStem) {
        std::size_t end = kLongestStem;
        while (end > 0 && isContinuationByte(name[end]))
            --end;
        name.resize(end);
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name.empty() ? "picture" : name;
}

} // namespace

std::string fileStem(const std::string& prompt, std::uint64_t seed, std::optional<int> number) {
    std::string stem = slug(prompt) + "-" + std::to_string(seed);
    if (number) {
        std::array<char, 16> digits{};
        std::snprintf(digits.data(), digits.size(), "%03d-", *number);
        stem = digits.data() + stem;
    }
    return stem;
}

std::filesystem::path unusedName(const std::filesystem::path& path) {
    std::filesystem::path name = path;
    std::error_code unreadable;
    for (int n = 2; std::filesystem::exists(name, unreadable); ++n)
        name =
            path.parent_path() / (path.stem().string() + "-" + std::to_string(n) + path.extension().string());
    return name;
}

} // namespace scalekv::cli
