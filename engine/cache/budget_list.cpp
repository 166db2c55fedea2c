#include "scalekv/budget_list.h"

#include "engine/io/ascii.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>

namespace scalekv {
namespace {

constexpr const char* kBetween = ",; \t\r\n";

struct Word {
    std::string gap; ///< what stands before it
    std::string text;
};

bool hasDigit(const std::string& text) {
    return std::any_of(text.begin(), text.end(), isAsciiDigit);
}

/// A unit that stands by itself belongs to the number before it.
std::vector<Word> wordsIn(const std::string& text) {
    std::vector<Word> words;
    for (std::size_t at = 0;;) {
        const std::size_t begin = text.find_first_not_of(kBetween, at);
        if (begin == std::string::npos)
            return words;
        const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
        Word word{text.substr(at, begin - at), text.substr(begin, end - begin)};
        at = end;
        const bool apart = word.gap.find_first_of(",;\n") != std::string::npos;
        if (!words.empty() && !apart && !hasDigit(word.text) && hasDigit(words.back().text))
            words.back().text += ' ' + word.text;
        else
            words.push_back(std::move(word));
    }
}

bool isBudget(const std::string& text) {
    try {
        Budget::parse(text);
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// Refuses "3,5 MiB": three tokens and five MiB, or three and a half MiB?
void checkComma(const std::string& before, const Word& word) {
    if (word.gap != "," || !std::all_of(before.begin(), before.end(), isAsciiDigit) ||
        !isAsciiDigit(word.text.front()))
        return;
    const std::string number = before + '.' + word.text;
    const bool whole = std::all_of(word.text.begin(), word.text.end(), isAsciiDigit); // 650,1300
    if ((whole && isBudget(before)) || !isBudget(number))
        return;
    const std::string typed = '"' + printable(before + ',' + word.text) + '"';
    throw Error(isBudget(before) ? typed + " could be one budget or two; write " + number +
                                       ", or a space behind the comma."
                                 : typed + " has a comma; write " + number + " with a point.");
}

} // namespace

std::vector<Budget> parseBudgets(const std::string& text) {
    const std::vector<Word> words = wordsIn(text);
    for (std::size_t n = 1; n < words.size(); ++n)
        checkComma(words[n - 1].text, words[n]);
    std::vector<Budget> budgets;
    for (const Word& word : words)
        budgets.push_back(Budget::parse(word.text));
    return budgets;
}

} // namespace scalekv
