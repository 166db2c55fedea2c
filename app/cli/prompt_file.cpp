#include "app/cli/prompt_file.h"

#include "scalekv/error.h"
#include "scalekv/prompts.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

namespace scalekv::cli {
namespace {

std::string all(std::istream& stream) {
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

std::vector<std::string> readPrompts(const std::string& path) {
    if (path == "-")
        return promptsIn(all(std::cin), PromptFormat::Lines, "Standard input");
    // A folder opens as a stream, too; only reading it fails.
    std::ifstream file(path);
    const std::string why = std::generic_category().message(errno);
    if (std::filesystem::is_directory(path))
        throw Error(path + ": this file of prompts cannot be read: it is a folder.");
    if (!file)
        throw Error(path + ": this file of prompts cannot be read (" + why + ").");
    const std::string text = all(file);
    if (file.bad())
        throw Error(path + ": reading this file of prompts failed.");
    return promptsIn(text, promptFormat(path), path);
}

void refuseBlank(CLI::Option& prompt) {
    const CLI::Validator notBlank(
        [](const std::string& text) -> std::string {
            return isBlank(text) ? "it is empty; say what to draw" : "";
        },
        "");
    prompt.check(notBlank);
}

} // namespace scalekv::cli
