#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace scalekv::cli {

/// One sentence for who mistyped something: it names the word that was wrong, the nearest right one, and
/// where to read on. `program` is as it was left when parsing threw `error`.
std::string usageSentence(const CLI::App& program, const CLI::ParseError& error);

/// The word of `known` that is likely meant by `word`: a few letters are wrong, missing, too many or swapped.
/// "" where none is near.
std::string nearestWord(const std::string& word, const std::vector<std::string>& known);

} // namespace scalekv::cli
