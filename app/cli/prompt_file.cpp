#include "app/cli/prompt_file.h"

#include "scalekv/error.h"
#include "scalekv/utf8.h"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace scalekv::cli {
namespace {

constexpr const char* kBlanks = " \t\r\n";

/// `what` is named in messages.
std::vector<std::string> promptsIn(std::istream& lines, const std::string& what) {
    std::vector<std::string> prompts;
    for (std::string line; std::getline(lines, line);) {
        if (!isUtf8(line) || line.find('\0') != std::string::npos)
            throw Error(what + " is not text in UTF-8, so it is no file of prompts.");
        const std::size_t first = line.find_first_not_of(kBlanks);
        if (first == std::string::npos || line[first] == '#')
            continue;
        prompts.push_back(line.substr(first, line.find_last_not_of(kBlanks) - first + 1));
    }
    return prompts;
}

} // namespace

std::vector<std::string> readPrompts(const std::string& path) {
    std::vector<std::string> prompts;
    const std::string what = path == "-" ? "Standard input" : path;
    if (path == "-") {
        prompts = promptsIn(std::cin, what);
    } else {
        // A folder opens as a stream, too; only reading it fails.
        std::ifstream file(path);
        if (!file || std::filesystem::is_directory(path))
            throw Error(path + ": this file of prompts cannot be read.");
        prompts = promptsIn(file, what);
        if (file.bad())
            throw Error(path + ": reading this file of prompts failed.");
    }
    if (prompts.empty())
        throw Error(what + " holds no prompt.");
    return prompts;
}

void refuseBlank(CLI::Option& prompt) {
    const CLI::Validator notBlank(
        [](const std::string& text) -> std::string {
            return text.find_first_not_of(kBlanks) == std::string::npos ? "it is empty; say what to draw"
                                                                        : "";
        },
        "");
    prompt.check(notBlank);
}

} // namespace scalekv::cli
