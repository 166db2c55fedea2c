#pragma once

#include "scalekv/error.h"

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace scalekv::cli {

/// One sentence for who mistyped something: it names the word that was wrong, the nearest right one, and
/// where to read on. `program` is as it was left when parsing threw `error`.
std::string usageSentence(const CLI::App& program, const CLI::ParseError& error);

/// What `judge` returns; what it throws as an Error is a wrong use of `option`.
template <typename Judge>
auto judged(const std::string& option, Judge&& judge) {
    try {
        return std::forward<Judge>(judge)();
    } catch (const Error& error) {
        throw CLI::ValidationError(option, error.what());
    }
}

/// A foreign library's message may run over many lines (stack traces); the first says what is wrong.
std::string firstLine(const std::string& text);

/// The word of `known` that is likely meant by `word`: a few letters are wrong, missing, too many or swapped.
/// "" where none is near.
std::string nearestWord(const std::string& word, const std::vector<std::string>& known);

} // namespace scalekv::cli
