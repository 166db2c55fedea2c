#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scalekv {

/// Whether a prompt says nothing: from that, a model would draw whatever.
bool isBlank(std::string_view text);

/// How a file of prompts is written.
enum class PromptFormat {
    Lines, ///< one a line; blank lines and lines that start with '#' are left out
    Json,  ///< a list of texts, or of objects with a "caption", "prompt" or "text" (or the first of their
           ///< "captions"); or COCO's annotations: the first caption of every image, in the order of the
           ///< images
    Csv,   ///< RFC 4180: the column called caption, prompt or text; without such a head the only column
};

/// By the ending: .json, .csv, .tsv; anything else is lines.
PromptFormat promptFormat(std::string_view name);

/// The prompts of such a file. `what` names it in messages. Throws Error where it is not text in UTF-8, not
/// of that format, or holds no prompt.
std::vector<std::string> promptsIn(const std::string& text, PromptFormat format, const std::string& what);

} // namespace scalekv
