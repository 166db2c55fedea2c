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

} // namespace scalekv
