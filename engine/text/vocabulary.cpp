#include "scalekv/vocabulary.h"

#include "engine/io/ascii.h"
#include "engine/io/utf8.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace scalekv {
namespace {

/// A byte that begins no character parts words, as punctuation does.
Utf8Character characterAt(std::string_view text, std::size_t at) {
    return firstCharacter(text.substr(at)).value_or(Utf8Character{' ', 1});
}

enum class Role {
    Letter,
    Joiner, ///< part of a word only inside it
    Parting,
};

/// Outside ASCII everything is a letter but the blocks of punctuation and space.
Role roleOf(char32_t code) {
    constexpr char32_t kApostrophe = 0x2019, kHyphen = 0x2010, kHardHyphen = 0x2011;
    if (code == '-' || code == '\'' || code == kApostrophe || code == kHyphen || code == kHardHyphen)
        return Role::Joiner;
    if (code < 0x80) {
        const bool isLetter =
            (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
        return isLetter ? Role::Letter : Role::Parting;
    }
    return isPunctuation(code) ? Role::Parting : Role::Letter;
}

/// Every name, in the order in which completions are offered.
std::vector<std::string> namesOf(const Vocabulary& vocabulary) {
    std::vector<std::string> names = vocabulary.objects;
    for (const auto& [object, others] : vocabulary.aliases)
        names.insert(names.end(), others.begin(), others.end());
    names.insert(names.end(), vocabulary.colours.begin(), vocabulary.colours.end());
    return names;
}

std::string without(std::string text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part))
        text.replace(at, part.size(), " ");
    return text;
}

/// The words around objects and colours.
std::vector<std::string> wordsOfForm(const Vocabulary& vocabulary) {
    std::vector<std::string> words;
    for (const std::string& prompt : vocabulary.prompts) {
        const std::string form = without(without(prompt, "{object}"), "{colour}");
        for (const std::string_view word : wordsOf(form))
            words.emplace_back(word);
    }
    return words;
}

bool beginsWith(std::string_view name, std::string_view typed) {
    return name.size() >= typed.size() &&
           std::equal(typed.begin(), typed.end(), name.begin(),
                      [](char a, char b) { return lowerAscii(a) == lowerAscii(b); });
}

} // namespace

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t begin = 0, end = 0; // of the word at hand; empty where there is none
    const auto finish = [&] {
        if (end > begin)
            words.push_back(text.substr(begin, end - begin));
        end = begin = 0;
    };
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Character character = characterAt(text, at);
        const Role role = roleOf(character.code);
        if (role == Role::Letter) {
            if (end == begin)
                begin = at;
            end = at + character.bytes;
        } else if (role == Role::Parting) {
            finish();
        }
        at += character.bytes;
    }
    finish();
    return words;
}

std::vector<std::string_view> unknownWords(const Vocabulary& vocabulary, std::string_view prompt) {
    if (vocabulary.empty())
        return {};
    std::set<std::string, std::less<>> seen;
    for (const std::string& name : namesOf(vocabulary))
        for (const std::string_view word : wordsOf(name))
            seen.emplace(word);
    for (std::string& word : wordsOfForm(vocabulary))
        seen.insert(std::move(word));
    std::vector<std::string_view> unknown;
    for (const std::string_view word : wordsOf(prompt))
        if (seen.emplace(word).second) // an unknown word is named once
            unknown.push_back(word);
    return unknown;
}

std::vector<Completion> completions(const Vocabulary& vocabulary, std::string_view text) {
    // One more letter tells whether a word is at hand, and takes in the hyphen of "t-".
    const std::string continued = std::string(text) + 'x';
    const std::vector<std::string_view> words = wordsOf(continued);
    if (vocabulary.empty() || words.back().size() == 1)
        return {};
    std::vector<std::string> names = namesOf(vocabulary);
    std::size_t mostWords = 1;
    for (const std::string& name : names)
        mostWords = std::max(mostWords, wordsOf(name).size());
    for (std::string& word : wordsOfForm(vocabulary))
        names.push_back(std::move(word));

    std::vector<Completion> found;
    for (std::size_t used = std::min(mostWords, words.size()); used > 0; --used) {
        const auto begin = static_cast<std::size_t>(words[words.size() - used].data() - continued.data());
        const std::string_view typed = text.substr(begin);
        for (const std::string& name : names) {
            Completion completion{begin, name};
            if (name != typed && beginsWith(name, typed) &&
                std::find(found.begin(), found.end(), completion) == found.end())
                found.push_back(std::move(completion));
        }
    }
    return found;
}

} // namespace scalekv
