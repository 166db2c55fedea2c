#include "app/cli/usage_error.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace scalekv::cli {
namespace {

using Words = std::vector<std::string>;

/// Letters to change, add, take away, or swap with their neighbour, to come from one word to the other
/// (optimal string alignment).
std::size_t distance(const std::string& from, const std::string& to) {
    std::vector<std::vector<std::size_t>> steps(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
    for (std::size_t i = 0; i <= from.size(); ++i)
        for (std::size_t j = 0; j <= to.size(); ++j) {
            if (i == 0 || j == 0) {
                steps[i][j] = i + j;
                continue;
            }
            steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1,
                                    steps[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
    return steps[from.size()][to.size()];
}

bool isOption(const std::string& word) {
    return word.size() > 1 && word.front() == '-';
}

Words commands(const CLI::App& program) {
    Words names;
    for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    return names;
}

Words options(const CLI::App& app) {
    Words names;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

std::string joined(const Words& words) {
    std::string list;
    for (const std::string& word : words)
        list += (list.empty() ? "" : ", ") + word;
    return list;
}

std::string perhaps(const std::string& word, const Words& known) {
    const std::string nearest = nearestWord(word, known);
    return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

/// What was not expected, the options first: what follows a mistyped one is often its value.
std::string unexpected(const CLI::App& app) {
    const Words rest = app.remaining();
    const auto option = std::find_if(rest.begin(), rest.end(), isOption);
    return option != rest.end() ? *option : rest.empty() ? "" : rest.front();
}

std::string unknownOption(const std::string& word, const CLI::App& app, const std::string& of) {
    const std::string name = word.substr(0, word.find('='));
    return name + " is not an option of " + of + perhaps(name, options(app));
}

std::string withoutCommand(const CLI::App& program) {
    const std::string word = unexpected(program);
    if (word.empty())
        return "Name a command: " + joined(commands(program));
    if (isOption(word))
        return unknownOption(word, program, program.get_name());
    const std::string near = perhaps(word, commands(program));
    return "\"" + word + "\" is not a command" +
           (near.empty() ? "; choose " + joined(commands(program)) : near);
}

/// "OPTION: Check VALUE value in {A->0,B->1} OR {0,1} FAILED", in other words; "" for any other text.
std::string wrongChoice(const std::string& text) {
    const std::string before = ": Check ", middle = " value in {";
    const std::size_t check = text.find(before), list = text.find(middle);
    const std::size_t end = text.find('}', list);
    if (check == std::string::npos || list == std::string::npos || end == std::string::npos)
        return "";
    const std::size_t value = check + before.size();
    Words names;
    for (std::size_t at = list + middle.size(); at < end;) {
        const std::size_t comma = std::min(text.find(',', at), end);
        names.push_back(text.substr(at, std::min(text.find("->", at), comma) - at));
        at = comma + 1;
    }
    return text.substr(0, check) + ": '" + text.substr(value, list - value) + "' is not one of " +
           joined(names);
}

/// CLI11's own words where they are good enough, and better ones where not.
std::string inPlainWords(const CLI::ParseError& error) {
    std::string text = firstLine(error.what());
    const auto between = [&](const std::string& start, const std::string& middle,
                             const auto& say) -> std::string {
        const std::size_t at = text.find(middle);
        if (!text.starts_with(start) || at == std::string::npos)
            return text;
        return say(text.substr(start.size(), at - start.size()), text.substr(at + middle.size()));
    };
    if (std::string choice = wrongChoice(text); !choice.empty())
        return choice;
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr)
        return between("", ": Value ", [](const std::string& option, const std::string& rest) {
            const std::string middle = " not in range ";
            const std::size_t at = std::min(rest.find(middle), rest.size());
            return option + ": '" + rest.substr(0, at) + "' is not in the range " +
                   (at < rest.size() ? rest.substr(at + middle.size()) : "");
        });
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
        return between("Could not convert: ", " = ", [](const std::string& option, const std::string& value) {
            const std::string digits = value.substr(value.starts_with('-') || value.starts_with('+') ? 1 : 0);
            const bool whole = !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
            return option + ": '" + value + (whole ? "' is out of range" : "' is not a number");
        });
    if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr)
        return between("", " excludes ", [](const std::string& one, const std::string& other) {
            return "Give either " + one + " or " + other + ", not both";
        });
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        if (text.ends_with(" missing"))
            return between("", ":", [](const std::string& option, const std::string&) {
                return option + " needs a value";
            });
        return between("", ": At Most 1 ", [](const std::string& option, const std::string&) {
            return option + " may be given once only";
        });
    }
    return text;
}

} // namespace

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

std::string nearestWord(const std::string& word, const Words& known) {
    const auto nearest = std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
        return distance(word, a) < distance(word, b);
    });
    // A third of the letters, so that short words are not taken for just any other.
    if (nearest == known.end() || distance(word, *nearest) > std::max<std::size_t>(1, word.size() / 3))
        return "";
    return *nearest;
}

std::string usageSentence(const CLI::App& program, const CLI::ParseError& error) {
    const std::vector<CLI::App*> parsed = program.get_subcommands();
    if (parsed.empty())
        return withoutCommand(program) + " (see scalekv --help)";
    const CLI::App& command = *parsed.front();
    const std::string name = program.get_name() + " " + command.get_name();
    std::string sentence;
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr)
        sentence = inPlainWords(error);
    else if (const std::string word = unexpected(command); isOption(word))
        sentence = unknownOption(word, command, name);
    else
        sentence =
            "\"" + word + "\" is one word too many for " + name + "; put a text of several words in quotes";
    if (sentence.ends_with('.')) // the engine's sentences end; this one goes on
        sentence.pop_back();
    return sentence + " (see " + name + " --help)";
}

} // namespace scalekv::cli
