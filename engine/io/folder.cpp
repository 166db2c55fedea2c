#include "engine/io/folder.h"

#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>

namespace scalekv {

std::vector<std::filesystem::path> entriesOf(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> entries;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        entries.push_back(entry->path());
    if (error)
        throw Error(pathText(folder) + ": cannot be listed (" + error.message() + ").");
    std::sort(entries.begin(), entries.end());
    return entries;
}

} // namespace scalekv
