#include "engine/study/metrics/picture_set.h"

#include "engine/io/folder.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"
#include "scalekv/picture_file.h"

namespace scalekv {

namespace fs = std::filesystem;

std::map<std::string, fs::path> picturesIn(const fs::path& folder) {
    std::map<std::string, fs::path> pictures;
    for (const fs::path& file : entriesOf(folder)) {
        std::error_code error;
        const std::string name = file.stem().string();
        if (!isPictureName(file) || name.front() == '.' || !fs::is_regular_file(file, error))
            continue;
        const auto [place, isNew] = pictures.emplace(name, file);
        if (!isNew)
            throw Error(pathText(folder) + ": holds " + printable(place->second.filename().string()) +
                        " and " + printable(file.filename().string()) +
                        ", which have one name; take one of them out.");
    }
    if (pictures.empty())
        throw Error(pathText(folder) + ": holds no pictures (.png, .jpg, .jpeg).");
    return pictures;
}

std::map<std::string, fs::path> namedAs(const std::map<std::string, fs::path>& names,
                                        const std::map<std::string, fs::path>& pictures,
                                        const fs::path& namesFolder, const fs::path& folder) {
    if (names.size() != pictures.size())
        throw Error(pathText(folder) + ": holds " + std::to_string(pictures.size()) + " pictures and " +
                    pathText(namesFolder) + " " + std::to_string(names.size()) +
                    ", which cannot pair in their order.");
    std::map<std::string, fs::path> renamed;
    auto name = names.begin();
    for (const auto& [own, path] : pictures)
        renamed.emplace((name++)->first, path);
    return renamed;
}

std::string folderTitle(const fs::path& folder) {
    const fs::path named = folder.has_filename() ? folder : folder.parent_path();
    const std::string parent = named.parent_path().filename().string();
    return printable((parent.empty() ? "" : parent + "/") + named.filename().string());
}

} // namespace scalekv
