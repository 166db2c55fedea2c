#include "engine/io/json_file.h"

#include "engine/io/mapped_file.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <set>
#include <vector>

namespace scalekv {
namespace {

using nlohmann::json;

constexpr int kDeepestNesting = 32;
constexpr std::uint64_t kLargestFile = std::uint64_t{64} << 20;

} // namespace

json parseJson(std::string_view text, const std::string& what) {
    std::vector<std::set<std::string>> keys; // of the objects that are open, outermost first
    const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
        if (depth > kDeepestNesting)
            throw Error(what + ": is nested too deeply.");
        if (event == json::parse_event_t::object_start)
            keys.emplace_back();
        else if (event == json::parse_event_t::object_end)
            keys.pop_back();
        else if (event == json::parse_event_t::key &&
                 !keys.back().insert(parsed.get_ref<const std::string&>()).second)
            throw Error(what + ": has the key \"" + printable(parsed.get_ref<const std::string&>()) +
                        "\" twice.");
        return true;
    };
    try {
        return json::parse(text.begin(), text.end(), check);
    } catch (const json::parse_error& error) {
        // Where, and no more: the library's own sentence is for programmers and quotes the text, which may be
        // binary.
        const std::size_t at = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
        const std::string_view before = text.substr(0, at);
        throw Error(what + ": is not valid JSON from line " +
                    std::to_string(std::count(before.begin(), before.end(), '\n') + 1) + ", byte " +
                    std::to_string(at - (before.rfind('\n') + 1) + 1) + " on.");
    } catch (const json::exception&) {
        throw Error(what + ": is not valid JSON: it holds a number that is out of range.");
    }
}

json readJsonFile(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    if (file->size() > kLargestFile)
        throw Error(pathText(path) + ": is too large for a JSON file.");
    return parseJson({reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()},
                     pathText(path));
}

} // namespace scalekv
