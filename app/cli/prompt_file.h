#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace scalekv::cli {

/// The prompts of a file: lines, JSON or CSV by its ending (scalekv/prompts.h). "-" reads lines from standard
/// input. Throws Error when it cannot be read or holds no prompt.
std::vector<std::string> readPrompts(const std::string& path);

/// Declares that a prompt on the command line must not be blank.
void refuseBlank(CLI::Option& prompt);

} // namespace scalekv::cli
