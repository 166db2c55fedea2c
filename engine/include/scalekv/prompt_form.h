#pragma once

#include "scalekv/vocabulary.h"

#include <string>
#include <string_view>

namespace scalekv {

/// How the prompts of a model with a vocabulary read: "a {object} on a {colour} background", the first of its
/// prompts with an object's place in it. "" where it says nothing of the kind, or lists nothing to put there.
std::string promptForm(const Vocabulary& vocabulary);

/// The form with an object and a colour in their places. English as the model has learnt it: "a" before a
/// vowel becomes "an" where it knows that word. `colour` is not read where the form has no place for one.
/// Throws Error where there is no form.
std::string promptOf(const Vocabulary& vocabulary, std::string_view object, std::string_view colour);

} // namespace scalekv
