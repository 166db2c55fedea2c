#include "engine/text/spiece_check.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace scalekv {
namespace {

// Field numbers of sentencepiece_model.proto.
constexpr std::uint32_t kModelPiece = 1, kModelTrainer = 2, kModelNormalizer = 3, kModelDenormalizer = 5;
constexpr std::uint32_t kPieceText = 1, kTrainerModelType = 3, kNormalizerCharMap = 2;
constexpr std::uint64_t kUnigram = 1;

constexpr std::size_t kLongestPiece = 4096; // bytes; trained ones have 16 characters at most

/// The fields of one protobuf message, in order. Knows only what SentencePiece models hold: varints, fixed
/// words and byte strings (no groups).
class FieldReader {
public:
    struct Field {
        std::uint32_t number = 0;
        bool isBytes = false;
        std::string_view bytes;
        std::uint64_t value = 0;
    };

    explicit FieldReader(std::string_view message) : rest_(message) {}

    bool atEnd() const { return rest_.empty(); }

    /// None: the message is cut short or not protobuf.
    std::optional<Field> next() {
        const auto tag = varint();
        if (!tag || (*tag >> 32) != 0)
            return std::nullopt;
        Field field;
        field.number = static_cast<std::uint32_t>(*tag >> 3);
        switch (*tag & 7) {
        case 0:
            if (const auto value = varint()) {
                field.value = *value;
                return field;
            }
            return std::nullopt;
        case 1:
            return skip(8) ? std::optional(field) : std::nullopt;
        case 5:
            return skip(4) ? std::optional(field) : std::nullopt;
        case 2: {
            const auto length = varint();
            if (!length || *length > rest_.size())
                return std::nullopt;
            field.isBytes = true;
            field.bytes = rest_.substr(0, *length);
            rest_.remove_prefix(*length);
            return field;
        }
        default:
            return std::nullopt;
        }
    }

private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80)
                return value;
        }
        return std::nullopt;
    }

    bool skip(std::size_t bytes) {
        if (rest_.size() < bytes)
            return false;
        rest_.remove_prefix(bytes);
        return true;
    }

    std::string_view rest_;
};

/// A unit of a Darts-clone double array.
struct DartsUnit {
    std::uint32_t bits;
    bool hasLeaf() const { return (bits >> 8) & 1; }
    std::uint32_t value() const { return bits & 0x7fffffffu; }
    std::uint32_t label() const { return bits & 0x800000ffu; }
    std::uint32_t offset() const { return (bits >> 10) << ((bits & 0x200u) >> 6); }
};

/// Follows every path that a search can take from the root: each step must land inside the array and each
/// value inside the pool.
bool isDoubleArraySafe(const std::vector<DartsUnit>& units, std::string_view pool) {
    // NFKC turns one character into 18 at most; longer replacements would let a short prompt fill the memory.
    constexpr std::size_t kMaxReplacement = 256;
    std::vector<bool> seen(units.size());
    std::vector<std::uint32_t> pending{0};
    seen[0] = true;
    while (!pending.empty()) {
        const std::uint32_t at = pending.back();
        pending.pop_back();
        const std::uint32_t base = at ^ units[at].offset();
        // The search reads base ^ label before it knows whether that child exists, for any byte as label.
        if ((base | 0xffu) >= units.size())
            return false;
        if (units[at].hasLeaf()) {
            const std::uint32_t start = units[base].value();
            if (start >= pool.size())
                return false;
            const std::size_t end = pool.find('\0', start);
            if (end == std::string_view::npos || end - start > kMaxReplacement)
                return false;
        }
        for (std::uint32_t label = 0; label < 256; ++label) {
            const std::uint32_t child = base ^ label;
            if (units[child].label() == label && !seen[child]) {
                seen[child] = true;
                pending.push_back(child);
            }
        }
    }
    return true;
}

/// Layout: u32 bytes of the double array, the array, the pool of NUL-terminated replacements.
bool isCharMapSafe(std::string_view map) {
    if (map.empty())
        return true; // no normalisation
    std::uint32_t arrayBytes = 0;
    if (map.size() <= sizeof arrayBytes)
        return false;
    std::memcpy(&arrayBytes, map.data(), sizeof arrayBytes);
    map.remove_prefix(sizeof arrayBytes);
    if (arrayBytes == 0 || arrayBytes % sizeof(DartsUnit) != 0 || arrayBytes >= map.size())
        return false;
    std::vector<DartsUnit> units(arrayBytes / sizeof(DartsUnit));
    std::memcpy(units.data(), map.data(), arrayBytes);
    return isDoubleArraySafe(units, map.substr(arrayBytes));
}

/// What is wrong with a field of a part of the model; empty: nothing.
std::string_view fieldDefect(std::uint32_t part, const FieldReader::Field& field) {
    switch (part) {
    case kModelPiece:
        if (field.number == kPieceText && field.bytes.size() > kLongestPiece)
            return "one of its pieces is too long";
        return {};
    case kModelTrainer:
        if (field.number == kTrainerModelType && !field.isBytes && field.value != kUnigram)
            return "it is not a unigram model";
        return {};
    case kModelNormalizer:
    case kModelDenormalizer:
        if (field.number == kNormalizerCharMap && field.isBytes && !isCharMapSafe(field.bytes))
            return "its character map is damaged";
        return {};
    default:
        return {};
    }
}

} // namespace

std::string_view spieceDefect(std::string_view model) {
    constexpr std::string_view kNotAModel = "it is damaged or not a SentencePiece model";
    FieldReader parts(model);
    while (!parts.atEnd()) {
        const auto part = parts.next();
        if (!part)
            return kNotAModel;
        const bool known = part->number == kModelPiece || part->number == kModelTrainer ||
                           part->number == kModelNormalizer || part->number == kModelDenormalizer;
        if (!part->isBytes || !known)
            continue;
        // A message may come in several pieces that protobuf merges, so every one of them has to be sound.
        FieldReader fields(part->bytes);
        while (!fields.atEnd()) {
            const auto field = fields.next();
            if (!field)
                return kNotAModel;
            if (const std::string_view defect = fieldDefect(part->number, *field); !defect.empty())
                return defect;
        }
    }
    return {};
}

} // namespace scalekv
