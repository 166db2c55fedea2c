#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace scalekv {

/// SentencePiece as flan-T5 uses it.
class Tokenizer {
public:
    static constexpr int kMaxTokens = 512; ///< of a prompt, `</s>` included (released code)

    /// Throws Error for a file that is not a usable SentencePiece model.
    explicit Tokenizer(const std::filesystem::path& spieceModel);
    ~Tokenizer();
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;

    /// Token ids with `</s>` at the end, at most kMaxTokens (cut so that `</s>` stays).
    std::vector<std::int64_t> encode(const std::string& text) const;

    /// What encode() makes of a text, token for token as SentencePiece writes them: "▁apple", "s", "</s>".
    std::vector<std::string> pieces(const std::string& text) const;

    int vocabularySize() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace scalekv
