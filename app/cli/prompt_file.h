#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace scalekv::cli {

/// The prompts of a text file, one a line; blank lines and lines that start with '#' are left out. "-" reads
/// standard input. Throws Error when it cannot be read or holds no prompt.
std::vector<std::string> readPrompts(const std::string& path);

/// Declares that a prompt on the command line must not be blank: from nothing, the model would draw whatever.
void refuseBlank(CLI::Option& prompt);

} // namespace scalekv::cli
