#include "app/cli/look_options.h"

#include <charconv>
#include <string>
#include <string_view>

namespace scalekv::cli {
namespace {

/// "5" or "5:3:2", each from 1.
std::vector<int> parsePlace(const std::string& text) {
    std::vector<int> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (bool more = true; more && numbers.size() < 3;) {
        int number = 0;
        const auto [next, problem] = std::from_chars(at, end, number);
        if (problem != std::errc() || number < 1)
            break;
        numbers.push_back(number);
        more = next != end && *next == ':';
        at = more ? next + 1 : next;
    }
    if (at != end || text.ends_with(':') || (numbers.size() != 1 && numbers.size() != 3))
        throw CLI::ValidationError("--at",
                                   "'" + text + "' is neither SCALE nor SCALE:ROW:COLUMN, counted from 1");
    return numbers;
}

/// `where`: "this run", "scale 5".
void checkNumber(const std::string& what, int number, int count, const std::string& where) {
    if (number > count)
        throw CLI::ValidationError("--at", where + " has no " + what + " " + std::to_string(number) +
                                               "; the last is " + std::to_string(count));
}

} // namespace

void LookOptions::addTo(CLI::App& command) {
    CLI::Option* at = command
                          .add_option_function<std::string>(
                              "--at", [this](const std::string& text) { place_ = parsePlace(text); },
                              "Also what this place reads, of the picture and of the prompt, counted from 1; "
                              "without row and "
                              "column the mean over the scale")
                          ->type_name("SCALE[:ROW:COLUMN]");
    command.add_flag("--words", wordMaps_,
                     "Also where each word of the prompt is read, at the scale of --at (the last)");
    command
        .add_flag(
            "--evicted", evicted_,
            "Also what the place of --at would read, under the full cache, of tokens that the policy has "
            "evicted")
        ->needs(at);
}

std::optional<LookQuestion> LookOptions::question(const ScaleSchedule& schedule) const {
    if (place_.empty() && !wordMaps_)
        return std::nullopt;
    LookQuestion question{.scale = int(schedule.size()) - 1, .token = -1, .wordMaps = wordMaps_};
    if (place_.empty())
        return question;
    checkNumber("scale", place_[0], int(schedule.size()), "this run");
    question.scale = place_[0] - 1;
    if (place_.size() == 1)
        return question;
    const MapSize map = schedule[std::size_t(question.scale)];
    const std::string there = "scale " + std::to_string(place_[0]);
    checkNumber("row", place_[1], map.height, there);
    checkNumber("column", place_[2], map.width, there);
    question.token = std::int64_t(place_[1] - 1) * map.width + (place_[2] - 1);
    return question;
}

} // namespace scalekv::cli
