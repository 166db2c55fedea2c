#pragma once

#include <cstddef>
#include <filesystem>
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

/// Those of a file, its format by its name; a pipe will do. Throws Error where it cannot be read, is larger
/// than `mostBytes` (a device that never ends, too), and where promptsIn() does.
std::vector<std::string> promptsInFile(const std::filesystem::path& path,
                                       std::size_t mostBytes = std::size_t(512) << 20);

} // namespace scalekv
