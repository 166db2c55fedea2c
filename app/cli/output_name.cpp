#include "app/cli/output_name.h"

#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <system_error>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

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

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower(c); });
    return text;
}

/// What a person would be surprised to find PNG bytes under. Any other ending may be part of a name.
constexpr std::array kOtherFormats{".jpg", ".jpeg", ".jpe",  ".webp", ".gif",  ".bmp",
                                   ".tif", ".tiff", ".avif", ".heic", ".heif", ".jxl",
                                   ".jp2", ".svg",  ".ppm",  ".tga",  ".pdf",  ".exr"};

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

void checkFolder(const fs::path& file) {
    const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    std::error_code problem;
    if (!fs::is_directory(folder, problem))
        throw Error(file.string() + ": the folder " + folder.string() + " does not exist.");
    if (fs::is_directory(file, problem))
        throw Error(file.string() + " is a folder, not a file.");
}

void checkPictureFile(const fs::path& file, bool force) {
    checkFolder(file);
    const std::string ending = lower(file.extension().string());
    if (std::find(kOtherFormats.begin(), kOtherFormats.end(), ending) != kOtherFormats.end())
        throw Error(file.string() + ": pictures are written as PNG; give it a name that ends in .png.");
    if (!force && isOrdinaryFile(file))
        throw Error(file.string() + " exists already; --force overwrites it, or name another file.");
}

bool isOrdinaryFile(const fs::path& file) {
    std::error_code unknown;
    return fs::is_regular_file(file, unknown) && !file.native().starts_with("/dev/");
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
