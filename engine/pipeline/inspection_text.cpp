#include "scalekv/inspect.h"

#include "engine/io/printable.h"
#include "scalekv/unit_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

namespace scalekv {
namespace {

struct KindName {
    FileKind kind;
    const char* key;
    const char* label;
};
constexpr std::size_t kLongestText = 4096; // bytes, of a prompt

constexpr std::array kKinds = {
    KindName{FileKind::Transformer, "transformer", "Infinity transformer"},
    KindName{FileKind::Vae, "vae", "BSQ-VAE"},
    KindName{FileKind::TextEncoder, "text_encoder", "T5 text encoder"},
    KindName{FileKind::SentencePiece, "sentencepiece", "SentencePiece model"},
    KindName{FileKind::Model, "model", "Infinity model"},
    KindName{FileKind::Budget, "budget", "ScaleKV budget"},
    KindName{FileKind::Calibration, "calibration", "ScaleKV calibration"},
    KindName{FileKind::Picture, "picture", "Picture"},
    KindName{FileKind::Checkpoint, "checkpoint", "Checkpoint of something else"},
};

const KindName& kindName(FileKind kind) {
    return *std::find_if(kKinds.begin(), kKinds.end(),
                         [&](const KindName& entry) { return entry.kind == kind; });
}

/// 1234567 → "1,234,567".
std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

/// Texts come from files of strangers, and go to a terminal.
struct ValueText {
    std::string operator()(bool value) const { return value ? "yes" : "no"; }
    std::string operator()(std::int64_t value) const { return grouped(value); }
    std::string operator()(std::uint64_t value) const {
        return std::to_string(value);
    } // a seed, to be copied
    std::string operator()(double value) const { return nlohmann::json(value).dump(); }
    std::string operator()(const std::string& value) const { return printable(value, kLongestText); }
    std::string operator()(const Nested& value) const { return printable(value.json, kLongestText); }
    template <typename Number>
    std::string operator()(const std::vector<Number>& values) const {
        std::vector<std::string> texts;
        texts.reserve(values.size());
        for (const Number value : values)
            texts.push_back(nlohmann::json(value).dump());
        return (*this)(texts);
    }
    /// In lines of bearable length.
    std::string operator()(const std::vector<std::string>& values) const {
        constexpr std::size_t kLongest = 80;
        std::string text;
        std::size_t length = 0;
        for (const std::string& value : values) {
            if (!text.empty()) {
                const bool fits = length + value.size() <= kLongest;
                text += fits ? ", " : ",\n";
                length = fits ? length + 2 : 0;
            }
            text += printable(value);
            length += value.size();
        }
        return text;
    }
};

constexpr int kLabelWidth = 26;

void line(std::ostream& out, const std::string& indent, const std::string& label, const std::string& value) {
    std::istringstream lines(value);
    std::string part;
    std::getline(lines, part);
    out << indent << "  " << std::left << std::setw(kLabelWidth) << label << part << '\n';
    while (std::getline(lines, part))
        out << indent << "  " << std::setw(kLabelWidth) << "" << part << '\n';
}

void describe(std::ostream& out, const Inspection& inspection, const std::string& indent) {
    out << indent << kindName(inspection.kind).label;
    if (!inspection.name.empty())
        out << " \"" << printable(inspection.name) << '"';
    out << ": " << pathText(inspection.path) << '\n';
    for (const Fact& fact : inspection.facts)
        line(out, indent, fact.label, std::visit(ValueText{}, fact.value));
    if (inspection.tensors > 0) {
        line(out, indent, "parameters", grouped(inspection.parameters));
        line(out, indent, "tensors", grouped(inspection.tensors));
        for (const auto& [type, bytes] : inspection.bytesByType)
            line(out, indent, type, byteText(bytes));
    }
    for (const Inspection& part : inspection.parts)
        describe(out, part, indent + "  ");
    if (inspection.cache.empty())
        return;
    out << indent << "  Full KV cache of one square picture with guidance:\n";
    for (const CacheNeed& need : inspection.cache)
        line(out, indent, "  " + need.size + " (" + std::to_string(need.scales) + " scales)",
             grouped(need.tokens) + " tokens, " + byteText(need.bf16Bytes) + " in bf16, " +
                 byteText(need.fp32Bytes) + " in fp32");
}

template <typename Value>
nlohmann::ordered_json jsonOf(const Value& value) {
    return value;
}
nlohmann::ordered_json jsonOf(const Nested& value) {
    return nlohmann::ordered_json::parse(value.json);
}

nlohmann::ordered_json jsonOf(const Inspection& inspection) {
    nlohmann::ordered_json json;
    json["kind"] = kindName(inspection.kind).key;
    json["path"] = inspection.path.string();
    if (!inspection.name.empty())
        json["name"] = inspection.name;
    for (const Fact& fact : inspection.facts)
        std::visit([&](const auto& value) { json[fact.key] = jsonOf(value); }, fact.value);
    if (inspection.tensors > 0) {
        json["parameters"] = inspection.parameters;
        json["tensors"] = inspection.tensors;
        json["bytes_by_type"] = inspection.bytesByType;
    }
    for (const CacheNeed& need : inspection.cache)
        json["full_cache"].push_back({{"size", need.size},
                                      {"scales", need.scales},
                                      {"tokens", need.tokens},
                                      {"bf16_bytes", need.bf16Bytes},
                                      {"fp32_bytes", need.fp32Bytes}});
    for (const Inspection& part : inspection.parts)
        json["parts"].push_back(jsonOf(part));
    return json;
}

} // namespace

std::string toText(const Inspection& inspection) {
    std::ostringstream out;
    describe(out, inspection, "");
    return out.str();
}

std::string toJson(const Inspection& inspection) {
    // Paths and prompts may hold bytes that are not UTF-8.
    return jsonOf(inspection).dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace scalekv
