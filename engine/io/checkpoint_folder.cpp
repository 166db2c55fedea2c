#include "engine/io/checkpoint_folder.h"

#include "engine/io/folder.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <vector>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostListed = 8;

bool isFile(const fs::path& path) {
    std::error_code ignored; // a dangling link is simply no file
    return fs::is_regular_file(path, ignored);
}

template <class Predicate>
std::vector<fs::path> filtered(const std::vector<fs::path>& files, Predicate predicate) {
    std::vector<fs::path> result;
    std::copy_if(files.begin(), files.end(), std::back_inserter(result), predicate);
    return result;
}

} // namespace

fs::path checkpointInFolder(const fs::path& folder) {
    const std::vector<fs::path> files = filtered(entriesOf(folder), isFile);
    // Kinds in order of preference. People keep both .bin and .safetensors of the same weights; the latter
    // open faster, so they come first.
    const std::vector<std::vector<fs::path>> kinds = {
        filtered(
            files,
            [](const fs::path& f) { return f.filename().string().ends_with(".safetensors.index.json"); }),
        filtered(files, [](const fs::path& f) { return f.filename().string().ends_with(".index.json"); }),
        filtered(files, [](const fs::path& f) { return f.filename() == "model.safetensors"; }),
        filtered(files, [](const fs::path& f) { return f.filename() == "pytorch_model.bin"; }),
        filtered(files,
                 [](const fs::path& f) {
                     const fs::path end = f.extension();
                     return end == ".safetensors" || end == ".pth" || end == ".pt" || end == ".bin";
                 }),
    };
    for (const std::vector<fs::path>& candidates : kinds) {
        if (candidates.size() == 1)
            return candidates.front();
        if (candidates.empty())
            continue;
        std::string list;
        for (std::size_t i = 0; i < std::min(candidates.size(), kMostListed); ++i)
            list += (i > 0 ? ", " : "") + printable(candidates[i].filename().string());
        throw Error(pathText(folder) + ": holds more than one checkpoint (" + list +
                    (candidates.size() > kMostListed ? ", …" : "") + "), so name the file.");
    }
    throw Error(pathText(folder) + ": holds no checkpoint (.safetensors, .pth, .bin or *.index.json).");
}

} // namespace scalekv
