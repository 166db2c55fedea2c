#include "engine/study/sampling/set_folder.h"

#include "engine/image/picture_format.h"
#include "scalekv/sampling.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFewestDigits = 4; // as the released scripts

/// A file that was read, and is no PNG from its first to its last byte.
bool isBroken(const fs::path& file) {
    std::error_code problem;
    if (!fs::is_regular_file(file, problem))
        return false;
    const std::uintmax_t size = fs::file_size(file, problem);
    std::ifstream stream(file, std::ios::binary);
    if (problem || !stream)
        return false;
    if (size < kPngStart.size() + kPngEnd.size())
        return true;
    std::string start(kPngStart.size(), ' '), end(kPngEnd.size(), ' ');
    stream.read(start.data(), std::streamsize(start.size()));
    stream.seekg(-std::streamoff(end.size()), std::ios::end);
    stream.read(end.data(), std::streamsize(end.size()));
    return stream && (start != kPngStart || end != kPngEnd);
}

} // namespace

std::string setPictureName(std::size_t index, std::size_t pictures) {
    const std::size_t digits =
        std::max(kFewestDigits, std::to_string(std::max<std::size_t>(pictures, 1) - 1).size());
    const std::string number = std::to_string(index);
    return std::string(digits - std::min(digits, number.size()), '0') + number + ".png";
}

SetFolder::SetFolder(fs::path folder, std::size_t pictures)
    : folder_(std::move(folder)), pictures_(pictures) {}

fs::path SetFolder::file(std::size_t picture) const {
    return folder_ / setPictureName(picture, pictures_);
}

std::vector<bool> SetFolder::present() const {
    std::vector<bool> present(pictures_);
    std::error_code problem;
    for (fs::directory_iterator entry(folder_, problem); !problem && entry != fs::directory_iterator();
         entry.increment(problem)) {
        const std::string name = entry->path().filename().string();
        std::size_t index = pictures_;
        std::from_chars(name.data(), name.data() + name.size(), index);
        if (index < pictures_ && name == setPictureName(index, pictures_))
            present[index] = true;
    }
    return present;
}

std::size_t SetFolder::count() const {
    const std::vector<bool> are = present();
    return std::size_t(std::count(are.begin(), are.end(), true));
}

void SetFolder::removeBroken(std::size_t first, std::size_t last) const {
    const std::vector<bool> are = present();
    std::error_code problem;
    for (std::size_t i = first; i < last; ++i)
        if (are[i] && isBroken(file(i)))
            fs::remove(file(i), problem);
}

} // namespace scalekv
