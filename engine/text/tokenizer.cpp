#include "engine/text/tokenizer.h"

#include "engine/io/printable.h"
#include "engine/text/spiece_check.h"
#include "scalekv/error.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>

namespace scalekv {
namespace {

/// T5 adds `<extra_id_0>` … `<extra_id_99>` behind the model's own pieces, highest number first.
constexpr int kExtraIds = 100;
constexpr std::uintmax_t kMaxModelBytes = std::uintmax_t(256) << 20;

std::string readModel(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        throw Error("Cannot read the tokenizer " + pathText(path) + ": " + error.message() + ".");
    if (size == 0 || size > kMaxModelBytes)
        throw Error("The tokenizer " + pathText(path) + " is not a SentencePiece model: it has " +
                    std::to_string(size) + " bytes.");
    std::string model(size, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(model.data(), static_cast<std::streamsize>(size)))
        throw Error("Cannot read the tokenizer " + pathText(path) + ".");
    return model;
}

[[noreturn]] void rejectModel(const std::filesystem::path& path, std::string_view why) {
    throw Error("Cannot use the tokenizer " + pathText(path) + ": " + printable(why) + ".");
}

} // namespace

struct Tokenizer::Impl {
    sentencepiece::SentencePieceProcessor processor;

    struct Special {
        std::size_t length;
        std::int64_t id;
    };

    /// A special token spelled out at the start of `text`.
    std::optional<Special> specialAt(std::string_view text) const {
        using namespace std::string_view_literals;
        for (const auto& [name, id] :
             {std::pair{"</s>"sv, processor.eos_id()}, std::pair{"<unk>"sv, processor.unk_id()},
              std::pair{"<pad>"sv, processor.pad_id()}})
            if (id >= 0 && text.starts_with(name))
                return Special{name.size(), id};
        constexpr std::string_view kExtra = "<extra_id_";
        if (!text.starts_with(kExtra))
            return std::nullopt;
        const std::size_t close = text.substr(0, kExtra.size() + 3).find('>');
        if (close == std::string_view::npos || close == kExtra.size())
            return std::nullopt;
        const std::string_view digits = text.substr(kExtra.size(), close - kExtra.size());
        if (digits.find_first_not_of("0123456789") != std::string_view::npos ||
            (digits.size() > 1 && digits.front() == '0'))
            return std::nullopt;
        const int number = std::stoi(std::string(digits));
        return Special{close + 1, processor.GetPieceSize() + kExtraIds - 1 - number};
    }

    /// SentencePiece's tokens of a text without special ones, as ids (int) or as pieces (std::string).
    template <typename Token>
    std::vector<Token> split(std::string_view text) const {
        std::vector<Token> tokens;
        if (text.empty())
            return tokens;
        const auto status = processor.Encode(absl::string_view(text.data(), text.size()), &tokens);
        if (!status.ok())
            throw Error("The prompt cannot be split into tokens: " + std::string(status.message()) + ".");
        return tokens;
    }

    /// Calls plain(text) and special(name, id) for what a text is made of, in order. The reference tokenizer
    /// cuts special tokens out of the text first and gives SentencePiece what lies between, each piece for
    /// itself.
    template <typename Plain, typename Named>
    void walk(std::string_view whole, const Plain& plain, const Named& special) const {
        std::size_t plainFrom = 0;
        for (std::size_t at = whole.find('<'); at != std::string_view::npos; at = whole.find('<', at)) {
            const auto found = specialAt(whole.substr(at));
            if (!found) {
                ++at;
                continue;
            }
            plain(whole.substr(plainFrom, at - plainFrom));
            special(whole.substr(at, found->length), found->id);
            plainFrom = at += found->length;
        }
        plain(whole.substr(plainFrom));
    }
};

Tokenizer::Tokenizer(const std::filesystem::path& spieceModel) : impl_(std::make_unique<Impl>()) {
    const std::string model = readModel(spieceModel);
    if (const std::string_view defect = spieceDefect(model); !defect.empty())
        rejectModel(spieceModel, defect);
    try {
        const auto status = impl_->processor.LoadFromSerializedProto(model);
        if (!status.ok())
            rejectModel(spieceModel, status.message());
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) { // the library lets its trie builder's exceptions through
        rejectModel(spieceModel, error.what());
    }
    if (impl_->processor.eos_id() < 0)
        rejectModel(spieceModel, "it has no end-of-text piece </s>");
}

Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

std::vector<std::int64_t> Tokenizer::encode(const std::string& text) const {
    std::vector<std::int64_t> ids;
    impl_->walk(
        text,
        [&](std::string_view plain) {
            const std::vector<int> tokens = impl_->split<int>(plain);
            ids.insert(ids.end(), tokens.begin(), tokens.end());
        },
        [&](std::string_view, std::int64_t id) { ids.push_back(id); });
    ids.resize(std::min<std::size_t>(ids.size(), kMaxTokens - 1));
    ids.push_back(impl_->processor.eos_id());
    return ids;
}

std::vector<std::string> Tokenizer::pieces(const std::string& text) const {
    std::vector<std::string> all;
    impl_->walk(
        text,
        [&](std::string_view plain) {
            std::vector<std::string> tokens = impl_->split<std::string>(plain);
            all.insert(all.end(), std::make_move_iterator(tokens.begin()),
                       std::make_move_iterator(tokens.end()));
        },
        [&](std::string_view name, std::int64_t) { all.emplace_back(name); });
    all.resize(std::min<std::size_t>(all.size(), kMaxTokens - 1));
    all.emplace_back("</s>");
    return all;
}

int Tokenizer::vocabularySize() const {
    return impl_->processor.GetPieceSize() + kExtraIds;
}

} // namespace scalekv
