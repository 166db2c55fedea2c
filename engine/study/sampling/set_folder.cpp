#include "engine/study/sampling/set_folder.h"

#include "scalekv/sampling.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFewestDigits = 4; // as the released scripts
constexpr std::string_view kStart("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view kEnd("\0\0\0\0IEND\xae\x42\x60\x82", 12);
constexpr std::chrono::minutes kLongestWrite(10);

bool endsAsPng(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::array<char, kEnd.size()> bytes{};
    const auto matches = [&](std::string_view expected) {
        return stream.read(bytes.data(), std::streamsize(expected.size())) &&
               std::string_view(bytes.data(), expected.size()) == expected;
    };
    return matches(kStart) && stream.seekg(-std::streamoff(kEnd.size()), std::ios::end) && matches(kEnd);
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

bool SetFolder::has(std::size_t picture) const {
    std::error_code problem;
    return fs::exists(file(picture), problem);
}

std::vector<bool> SetFolder::present() const {
    std::vector<bool> present(pictures_);
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, problem)) {
        const std::string name = entry.path().filename().string();
        std::size_t index = 0;
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

void SetFolder::removeBroken() const {
    const std::vector<bool> are = present();
    std::error_code problem;
    for (std::size_t i = 0; i < pictures_; ++i)
        if (are[i] && !endsAsPng(file(i)))
            fs::remove(file(i), problem);
}

void SetFolder::removeLeftovers() const {
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, problem)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(".scalekv-") && name.ends_with(".part") &&
            fs::file_time_type::clock::now() - entry.last_write_time(problem) > kLongestWrite)
            fs::remove(entry.path(), problem);
    }
}

} // namespace scalekv
