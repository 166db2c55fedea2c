#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace scalekv {

/// What a small model has learnt to draw, as its author lists it in `model.json`. Names may be of several
/// words ("palm tree"). A model that says nothing about it (any release) has an empty one.
struct Vocabulary {
    std::vector<std::string> objects;
    std::map<std::string, std::vector<std::string>> aliases; ///< other names, by object
    std::vector<std::string> colours;
    /// How its prompts read: the form, with `{object}` and `{colour}` in it, and examples. Their words are
    /// known, too ("a", "on", "background").
    std::vector<std::string> prompts;

    bool empty() const { return objects.empty() && colours.empty(); }
};

/// The words of a text, as views into it: letters and digits of any script, with the hyphens and apostrophes
/// between them ("t-rex", "jack-o'-lantern"). Other punctuation, dashes and quotes, typographic ones too,
/// part words and belong to none. UTF-8.
std::vector<std::string_view> wordsOf(std::string_view text);

/// The words of a prompt that the model has never seen, each once, in their order. Letter for letter as the
/// model takes them: "Fox" and "foxes" are not "fox". None when the vocabulary is empty.
std::vector<std::string_view> unknownWords(const Vocabulary& vocabulary, std::string_view prompt);

/// What the word being typed may become.
struct Completion {
    std::size_t begin = 0; ///< byte of the text from which `text` is put in place of what is typed
    std::string text;      ///< "red apple"

    friend bool operator==(const Completion&, const Completion&) = default;
};

/// Completions of what stands at the end of `text` (a prompt up to the cursor), none where no word ends
/// there. Names of several words are found from any number of their words ("red ap"); those that more of the
/// text speaks for come first, then objects, their other names, colours, and the words of the prompt's form.
/// Here capitals do not count, so that "Red Ap" becomes what the model knows.
std::vector<Completion> completions(const Vocabulary& vocabulary, std::string_view text);

} // namespace scalekv
