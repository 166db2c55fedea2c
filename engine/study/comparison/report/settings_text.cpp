#include "engine/pipeline/request_json.h"
#include "engine/study/comparison/report/pages.h"

#include <algorithm>

namespace scalekv {

std::vector<std::pair<std::string, std::string>> settingsText(const GenerationRequest& request) {
    std::vector<std::pair<std::string, std::string>> list;
    OrderedJson json = requestJson(request);
    const OrderedJson policy = policyJson(request.policy); // items() only refers to it
    for (const auto& [name, value] : policy.items())
        json.erase(name);
    for (const char* named : {"prompt", "seed"}) // they have places of their own
        json.erase(named);
    for (const auto& [name, value] : json.items()) {
        std::string words = name;
        std::replace(words.begin(), words.end(), '_', ' ');
        const std::string text = value.is_string() ? value.get<std::string>() : jsonText(value);
        list.emplace_back(words, text.empty() ? "none" : text);
    }
    return list;
}

} // namespace scalekv
