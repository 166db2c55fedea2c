#include "engine/cache/head_kinds_json.h"
#include "engine/cache/table_limits.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace scalekv {
namespace {

using Attention = std::vector<std::vector<std::vector<float>>>;

constexpr const char* kFormat = "scalekv head kinds";
constexpr char kContextual = 'c';
constexpr char kStructural = 's';

std::string textOf(double value) {
    std::array<char, 32> text{}; // with a point, whatever the locale
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 3).ptr;
    return {text.data(), end};
}

/// "0.2 0.034 …": `columns` numbers between 0 and 1; empty for anything else.
std::vector<float> numbersIn(std::string_view line, std::size_t columns) {
    constexpr float kMost = 1.001F; // a sum of weights, but for rounding
    std::vector<float> numbers;
    while (!line.empty() && numbers.size() < columns) {
        float value = -1;
        const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), value);
        line.remove_prefix(std::size_t(end - line.data()));
        if (problem != std::errc() || !(value >= 0 && value <= kMost) ||
            line.starts_with(' ') == line.empty())
            return {};
        line.remove_prefix(line.empty() ? 0 : 1);
        numbers.push_back(value);
    }
    return line.empty() && numbers.size() == columns ? numbers : std::vector<float>();
}

HeadKinds fromDocument(nlohmann::json document, const std::string& what) {
    if (!document.is_object() || !document.contains("format") || document["format"] != kFormat)
        throw Error(what + ": holds no head kinds (scalekv calibrate --head-kinds writes them).");
    return headKindsFrom({std::move(document), what});
}

} // namespace

double HeadKinds::attended(std::int64_t scale, std::int64_t source, std::int64_t layer,
                           std::int64_t head) const {
    if (scale == 0)
        return 1;
    const auto last = std::int64_t(attention.size()) - 1;
    const std::int64_t row = std::min(scale, last);
    const std::int64_t column = source == scale ? row : std::min(source, row - 1);
    return double(
        attention.at(std::size_t(row)).at(std::size_t(column)).at(std::size_t(layer * heads() + head)));
}

float roundedAttention(double value) {
    const std::string text = textOf(value);
    float rounded = 0;
    std::from_chars(text.data(), text.data() + text.size(), rounded);
    return rounded;
}

double contextualShare(std::int64_t layers) {
    constexpr std::int64_t kLarge = 40;
    return layers < kLarge ? 0.20 : 0.30;
}

nlohmann::ordered_json attentionJson(const Attention& attention) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (std::size_t scale = 1; scale < attention.size(); ++scale) {
        nlohmann::ordered_json sources = nlohmann::ordered_json::array();
        for (const std::vector<float>& row : attention[scale]) {
            std::string line;
            for (const float value : row)
                line += (line.empty() ? "" : " ") + textOf(double(value));
            sources.push_back(std::move(line));
        }
        json.push_back(std::move(sources));
    }
    return json;
}

Attention readAttention(const JsonFields& fields, const char* field, std::size_t columns) {
    const nlohmann::json& scales = fields.list(field);
    if (scales.empty() || scales.size() > kMostScales)
        fields.fail(field, "has " + std::to_string(scales.size()) + " scales, not 1 to " +
                               std::to_string(kMostScales));
    Attention attention(1);
    for (const nlohmann::json& sources : scales) {
        const std::string scale = "(scale " + std::to_string(attention.size()) + ")";
        if (!sources.is_array() || sources.size() != attention.size() + 1)
            fields.fail(field, "has not one line for each scale up to its own " + scale);
        auto& rows = attention.emplace_back();
        for (const nlohmann::json& line : sources) {
            rows.push_back(line.is_string() ? numbersIn(line.get_ref<const std::string&>(), columns)
                                            : std::vector<float>());
            if (rows.back().empty())
                fields.fail(field, "has a line " + scale +
                                       " that is not a number between 0 and 1 for each layer and head");
        }
    }
    return attention;
}

nlohmann::ordered_json headKindsJson(const HeadKinds& kinds) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (const std::vector<bool>& layer : kinds.contextual) {
        std::string letters;
        for (const bool contextual : layer)
            letters += contextual ? kContextual : kStructural;
        lines.push_back(std::move(letters));
    }
    return {{"kinds", std::move(lines)}, {"attention", attentionJson(kinds.attention)}};
}

HeadKinds headKindsFrom(const JsonFields& fields) {
    HeadKinds kinds;
    for (const std::string& letters : fields.texts("kinds")) {
        const std::size_t heads = kinds.contextual.empty() ? letters.size() : kinds.contextual.front().size();
        if (letters.empty() || letters.size() != heads || heads > kMostHeads ||
            letters.find_first_not_of({kContextual, kStructural}) != std::string::npos)
            fields.fail("kinds", "has a line that is not one letter (c or s) for each head");
        auto& layer = kinds.contextual.emplace_back();
        for (const char letter : letters)
            layer.push_back(letter == kContextual);
    }
    if (kinds.contextual.empty() || kinds.contextual.size() > kMostLayers)
        fields.fail("kinds", "has " + std::to_string(kinds.contextual.size()) + " layers, not 1 to " +
                                 std::to_string(kMostLayers));
    kinds.attention =
        readAttention(fields, "attention", kinds.contextual.size() * std::size_t(kinds.heads()));
    return kinds;
}

HeadKinds headKindsFromJson(const std::string& json, const std::string& what) {
    return fromDocument(parseJson(json, what), what);
}

HeadKinds readHeadKinds(const std::filesystem::path& path) {
    return fromDocument(readJsonFile(path), pathText(path));
}

std::string toJson(const HeadKinds& kinds) {
    nlohmann::ordered_json json{{"format", kFormat}};
    json.update(headKindsJson(kinds));
    return json.dump(1) + "\n";
}

void checkHeads(const HeadKinds& kinds, std::int64_t layers, std::int64_t heads, const std::string& what) {
    if (kinds.layers() != layers || kinds.heads() != heads)
        throw Error(what + ": they are of a model with " + std::to_string(kinds.layers()) + " layers of " +
                    std::to_string(kinds.heads()) + " heads, but this one has " + std::to_string(layers) +
                    " of " + std::to_string(heads) + ".");
}

} // namespace scalekv
