#include "app/cli/prompt_file.h"

#include "scalekv/prompts.h"

#include <iostream>
#include <iterator>

namespace scalekv::cli {
std::vector<std::string> readPrompts(const std::string& path) {
    if (path == "-")
        return promptsIn({std::istreambuf_iterator<char>(std::cin), {}}, PromptFormat::Lines,
                         "Standard input");
    return promptsInFile(path);
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
