#include "scalekv/prompt_form.h"

#include "engine/io/ascii.h"
#include "scalekv/error.h"

#include <algorithm>
#include <array>

namespace scalekv {
namespace {

constexpr std::string_view kObject = "{object}", kColour = "{colour}";

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// Whether English says "an" before a word. Letters decide, but for the few that sound otherwise.
bool takesAn(std::string_view word) {
    constexpr std::array<std::string_view, 5> kSoundAsConsonants{"uni", "eu", "ufo", "use", "one"};
    std::string lower;
    for (const char c : word.substr(0, 4))
        lower += lowerAscii(c);
    const bool vowel = !lower.empty() && has("aeiou", std::string_view(lower).substr(0, 1));
    return vowel && std::none_of(kSoundAsConsonants.begin(), kSoundAsConsonants.end(),
                                 [&](std::string_view begin) { return lower.starts_with(begin); });
}

/// Whether the last word of a text is "a".
bool endsWithArticle(std::string_view text) {
    return text == "a " || text == "A " || text.ends_with(" a ");
}

std::string filled(std::string form, std::string_view place, std::string_view word, bool knowsAn) {
    std::size_t at = form.find(place);
    while (at != std::string::npos) {
        form.replace(at, place.size(), word);
        if (knowsAn && takesAn(word) && endsWithArticle(std::string_view(form).substr(0, at))) {
            form.insert(at - 1, "n");
            ++at;
        }
        at = form.find(place, at + word.size());
    }
    return form;
}

} // namespace

std::string promptForm(const Vocabulary& vocabulary) {
    const auto usable = [&](const std::string& prompt) {
        return has(prompt, kObject) && !vocabulary.objects.empty() &&
               (!has(prompt, kColour) || !vocabulary.colours.empty());
    };
    const auto found = std::find_if(vocabulary.prompts.begin(), vocabulary.prompts.end(), usable);
    return found == vocabulary.prompts.end() ? "" : *found;
}

std::string promptOf(const Vocabulary& vocabulary, std::string_view object, std::string_view colour) {
    const std::string form = promptForm(vocabulary);
    if (form.empty())
        throw Error("The model does not say how its prompts read.");
    const bool knowsAn = unknownWords(vocabulary, "an").empty();
    // The colour first: an object is not looked through for places.
    return filled(filled(form, kColour, colour, knowsAn), kObject, object, knowsAn);
}

} // namespace scalekv
