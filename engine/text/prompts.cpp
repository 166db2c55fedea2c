#include "scalekv/prompts.h"

#include "engine/io/ascii.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/text/csv_rows.h"
#include "scalekv/error.h"
#include "scalekv/utf8.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unordered_map>

namespace scalekv {
namespace {

using nlohmann::json;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::array<const char*, 3> kFields{"caption", "prompt", "text"};

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> prompts;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (std::string prompt = trimmed(line); !prompt.empty() && prompt.front() != '#')
            prompts.push_back(std::move(prompt));
    return prompts;
}

/// One entry of a list; empty where it says nothing.
std::string promptOf(const json& entry) {
    if (entry.is_string())
        return trimmed(entry.get_ref<const std::string&>());
    if (!entry.is_object())
        return {};
    for (const char* field : kFields)
        if (const auto found = entry.find(field); found != entry.end() && found->is_string())
            return trimmed(found->get_ref<const std::string&>());
    if (const auto found = entry.find("captions");
        found != entry.end() && found->is_array() && !found->empty() && found->front().is_string())
        return trimmed(found->front().get_ref<const std::string&>());
    return {};
}

std::vector<std::string> fromList(const json& list, const std::string& what) {
    std::vector<std::string> prompts;
    for (const json& entry : list) {
        prompts.push_back(promptOf(entry));
        if (prompts.back().empty())
            throw Error(what + ": entry " + std::to_string(prompts.size()) +
                        " has no prompt (a text, or an object with a \"caption\", \"prompt\" or \"text\").");
    }
    return prompts;
}

std::vector<std::string> fromCoco(const json& coco, const std::string& what) {
    const auto numbered = [](const json& entry, const char* field) {
        return entry.is_object() && entry.contains(field) && entry[field].is_number_integer();
    };
    std::unordered_map<std::int64_t, std::string> captions; // the first of each image
    for (const json& annotation : coco["annotations"])
        if (numbered(annotation, "image_id"))
            if (std::string caption = promptOf(annotation); !caption.empty())
                captions.try_emplace(annotation["image_id"].get<std::int64_t>(), std::move(caption));
    std::vector<std::string> prompts;
    for (const json& image : coco["images"]) {
        const auto found =
            numbered(image, "id") ? captions.find(image["id"].get<std::int64_t>()) : captions.end();
        if (found == captions.end())
            throw Error(what + ": image " + std::to_string(prompts.size() + 1) +
                        " has no caption; is this the file of captions, not of instances?");
        prompts.push_back(found->second);
    }
    return prompts;
}

std::vector<std::string> fromJson(const std::string& text, const std::string& what) {
    const json root = parseJson(text, what);
    if (root.is_array())
        return fromList(root, what);
    const auto list = [&root](const char* field) { return root.contains(field) && root[field].is_array(); };
    if (root.is_object() && list("images") && list("annotations"))
        return fromCoco(root, what);
    throw Error(what +
                " is neither a list of prompts nor COCO's annotations (\"images\" and \"annotations\").");
}

std::vector<std::string> fromCsv(const std::string& text, const std::string& what) {
    const auto isName = [](const std::string& cell) {
        return std::find(kFields.begin(), kFields.end(), lowerAscii(trimmed(cell))) != kFields.end();
    };
    const auto isNamed = [&isName](const std::vector<std::vector<std::string>>& rows) {
        return !rows.empty() && std::any_of(rows.front().begin(), rows.front().end(), isName);
    };
    // What spreadsheets write in other countries, and tables with tabs, are known by their heads.
    std::vector<std::vector<std::string>> rows = csvRows(text, what);
    for (const char separator : {';', '\t'})
        if (!isNamed(rows))
            if (auto others = csvRows(text, what, separator); isNamed(others))
                rows = std::move(others);
    if (rows.empty())
        return {};
    const std::vector<std::string>& head = rows.front();
    const auto named = std::find_if(head.begin(), head.end(), isName);
    if (named == head.end() && head.size() != 1)
        throw Error(what + ": none of its columns is called caption, prompt or text.");
    const std::size_t column = named == head.end() ? 0 : std::size_t(named - head.begin());
    std::vector<std::string> prompts;
    for (std::size_t row = named == head.end() ? 0 : 1; row < rows.size(); ++row) {
        if (rows[row].size() > head.size())
            throw Error(what + ": row " + std::to_string(row + 1) + " has " +
                        std::to_string(rows[row].size()) + " cells and the first row " +
                        std::to_string(head.size()) + "; a caption with commas must stand in quotes.");
        prompts.push_back(column < rows[row].size() ? trimmed(rows[row][column]) : std::string());
        if (prompts.back().empty())
            throw Error(what + ": row " + std::to_string(row + 1) + " has no prompt.");
    }
    return prompts;
}

} // namespace

bool isBlank(std::string_view text) {
    return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

PromptFormat promptFormat(std::string_view name) {
    const std::string known = lowerAscii(std::string(name));
    return known.ends_with(".json")                             ? PromptFormat::Json
           : known.ends_with(".csv") || known.ends_with(".tsv") ? PromptFormat::Csv
                                                                : PromptFormat::Lines;
}

std::vector<std::string> promptsIn(const std::string& text, PromptFormat format, const std::string& what) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf"; // of spreadsheets and some editors
    if (text.starts_with(kByteOrderMark))
        return promptsIn(text.substr(kByteOrderMark.size()), format, what);
    if (!isUtf8(text) || text.find('\0') != std::string::npos)
        throw Error(what + " is not text in UTF-8, so it is no file of prompts.");
    const std::vector<std::string> prompts = format == PromptFormat::Json  ? fromJson(text, what)
                                             : format == PromptFormat::Csv ? fromCsv(text, what)
                                                                           : linesOf(text);
    if (prompts.empty())
        throw Error(what + " holds no prompt.");
    return prompts;
}

std::vector<std::string> promptsInFile(const std::filesystem::path& path, std::size_t mostBytes) {
    const std::string name = pathText(path);
    // A folder opens as a stream, too; only reading it fails.
    std::ifstream file(path, std::ios::binary);
    const std::string why = std::generic_category().message(errno);
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown))
        throw Error(name + ": this file of prompts cannot be read: it is a folder.");
    if (!file)
        throw Error(name + ": this file of prompts cannot be read (" + why + ").");
    std::string text;
    std::vector<char> piece(std::size_t(1) << 16);
    while (file.read(piece.data(), std::streamsize(piece.size())) || file.gcount() > 0) {
        text.append(piece.data(), std::size_t(file.gcount()));
        if (text.size() > mostBytes)
            throw Error(name + ": this is more than a file of prompts may hold (" +
                        std::to_string(mostBytes >> 20) + " MiB).");
    }
    if (file.bad())
        throw Error(name + ": reading this file of prompts failed.");
    return promptsIn(text, promptFormat(path.string()), name);
}

} // namespace scalekv
