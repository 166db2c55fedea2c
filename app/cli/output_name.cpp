#include "app/cli/output_name.h"

#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>

namespace scalekv::cli {
namespace {

namespace fs = std::filesystem;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
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

fs::path pictureFile(const fs::path& given) {
    const std::string ending = lower(given.extension().string());
    if (std::find(kOtherFormats.begin(), kOtherFormats.end(), ending) != kOtherFormats.end())
        throw CLI::ValidationError(
            "--output", given.string() + ": pictures are written as PNG; give it a name that ends in .png");
    std::error_code unknown;
    const bool isSpecial = given.native().starts_with("/dev/") ||
                           (fs::exists(given, unknown) && !fs::is_regular_file(given, unknown));
    if (ending == ".png" || isSpecial || !given.has_filename())
        return given;
    fs::path named = given;
    named += ".png";
    return named;
}

void checkPictureFile(const fs::path& file, bool force) {
    checkWritable(file);
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
