#include "scalekv/look_text.h"

#include "engine/study/csv_line.h"

#include <nlohmann/json.hpp>

#include <numeric>

namespace scalekv {
namespace {

using Json = nlohmann::ordered_json;

CsvLine headings(std::initializer_list<const char*> names) {
    CsvLine line;
    for (const char* name : names)
        line.add(std::string(name));
    return line;
}

Json asWrittenJson(const std::vector<float>& values) {
    Json list = Json::array();
    for (const float value : values)
        list.push_back(asWritten(value));
    return list;
}

/// Mean over heads of every token's weight.
std::vector<float> meanOverHeads(const LayerLook& layer, std::int64_t tokens) {
    std::vector<double> mean(std::size_t(tokens), 0.0);
    for (const std::vector<float>& head : layer.heads)
        for (std::size_t token = 0; token < mean.size(); ++token)
            mean[token] += double(head[token]) / double(layer.heads.size());
    return {mean.begin(), mean.end()};
}

} // namespace

std::vector<double> massByScale(std::span<const float> weights, std::span<const MapSize> schedule) {
    std::vector<double> mass;
    std::size_t first = 0;
    for (const MapSize map : schedule) {
        const auto tokens = std::size_t(map.tokens());
        if (first + tokens > weights.size())
            break;
        const auto part = weights.subspan(first, tokens);
        mass.push_back(std::accumulate(part.begin(), part.end(), 0.0));
        first += tokens;
    }
    return mass;
}

std::string toCsv(const Look& look, std::span<const MapSize> schedule) {
    CsvLine first = headings({"layer", "head"});
    for (int scale = 0; scale <= look.question.scale; ++scale)
        first.add("mass_scale_" + std::to_string(scale + 1));
    std::string text = first.text();
    for (std::size_t layer = 0; layer < look.layers.size(); ++layer)
        for (std::size_t head = 0; head < look.layers[layer].heads.size(); ++head) {
            CsvLine line;
            line.add(std::int64_t(layer) + 1).add(std::int64_t(head) + 1);
            for (const double mass : massByScale(look.layers[layer].heads[head], schedule))
                line.add(mass);
            text += line.text();
        }
    return text;
}

std::string wordsToCsv(const Look& look) {
    CsvLine first = headings({"layer"});
    for (const PromptWord& word : look.words)
        first.add(word.text);
    std::string text = first.text();
    for (std::size_t layer = 0; layer < look.layers.size(); ++layer) {
        CsvLine line;
        line.add(std::int64_t(layer) + 1);
        for (const float weight : look.layers[layer].wordsRead)
            line.add(asWritten(weight));
        text += line.text();
    }
    return text;
}

std::string wordMapsToCsv(const Look& look, std::span<const MapSize> schedule) {
    const MapSize map = schedule[std::size_t(look.question.scale)];
    CsvLine first = headings({"layer", "word_number", "word", "row"});
    for (int column = 0; column < map.width; ++column)
        first.add("column_" + std::to_string(column + 1));
    std::string text = first.text();
    for (std::size_t layer = 0; layer < look.layers.size(); ++layer) {
        const auto& maps = look.layers[layer].wordMaps;
        for (std::size_t word = 0; word < maps.size(); ++word)
            for (int row = 0; row < map.height; ++row) {
                CsvLine line;
                line.add(std::int64_t(layer) + 1)
                    .add(std::int64_t(word) + 1)
                    .add(look.words[word].text)
                    .add(std::int64_t(row) + 1);
                for (int column = 0; column < map.width; ++column)
                    line.add(asWritten(maps[word][std::size_t(row * map.width + column)]));
                text += line.text();
            }
    }
    return text;
}

std::string toJson(const Look& look, std::span<const MapSize> schedule) {
    const MapSize map = schedule[std::size_t(look.question.scale)];
    Json question{{"scale", look.question.scale}};
    question["row"] = look.question.token < 0 ? Json() : Json(look.question.token / map.width);
    question["column"] = look.question.token < 0 ? Json() : Json(look.question.token % map.width);
    Json words = Json::array();
    for (const PromptWord& word : look.words)
        words.push_back({{"text", word.text}, {"starts_word", word.startsWord}, {"end", word.end}});
    Json layers = Json::array();
    for (const LayerLook& layer : look.layers) {
        Json mass = Json::array();
        for (const std::vector<float>& head : layer.heads)
            mass.push_back(massByScale(head, schedule));
        layers.push_back({{"mass_by_head_and_scale", std::move(mass)},
                          {"words_read", asWrittenJson(layer.wordsRead)},
                          {"tokens_read", asWrittenJson(meanOverHeads(layer, look.tokens))}});
    }
    return Json{{"question", std::move(question)},
                {"tokens", look.tokens},
                {"words", std::move(words)},
                {"layers", std::move(layers)}}
        .dump(1, ' ', false, Json::error_handler_t::replace);
}

} // namespace scalekv
