#include "engine/json_fields.h"

#include "scalekv/error.h"

#include <cmath>
#include <limits>

namespace scalekv {

JsonFields::JsonFields(nlohmann::json json, std::string what)
    : object_(std::move(json)), what_(std::move(what)) {
    if (!object_.is_object())
        throw Error(what_ + ": is not a JSON object.");
}

void JsonFields::fail(const char* field, const std::string& why) const {
    throw Error(what_ + ": \"" + field + "\" " + why + ".");
}

const nlohmann::json* JsonFields::find(const char* field, bool hasFallback) const {
    const auto found = object_.find(field);
    if (found != object_.end())
        return &*found;
    if (!hasFallback)
        fail(field, "is missing");
    return nullptr;
}

std::string JsonFields::text(const char* field, std::optional<std::string> fallback) const {
    const nlohmann::json* value = find(field, fallback.has_value());
    if (!value)
        return *fallback;
    if (!value->is_string())
        fail(field, "is not a text");
    return value->get<std::string>();
}

std::int64_t JsonFields::integer(const char* field, std::int64_t smallest, std::int64_t largest,
                                 std::optional<std::int64_t> fallback) const {
    const nlohmann::json* value = find(field, fallback.has_value());
    if (!value)
        return *fallback;
    if (!value->is_number_integer())
        fail(field, "is not a whole number");
    // Above the signed range nlohmann keeps the number unsigned, and get<int64>() would wrap it.
    const bool isTooLarge =
        value->is_number_unsigned() &&
        value->get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max());
    const std::int64_t number = isTooLarge ? 0 : value->get<std::int64_t>();
    if (isTooLarge || number < smallest || number > largest)
        fail(field, "is " + value->dump() + ", not between " + std::to_string(smallest) + " and " +
                        std::to_string(largest));
    return number;
}

std::uint64_t JsonFields::unsignedInteger(const char* field, std::uint64_t fallback) const {
    const nlohmann::json* value = find(field, true);
    if (!value)
        return fallback;
    if (!value->is_number_unsigned())
        fail(field, "is not a whole number of at least 0");
    return value->get<std::uint64_t>();
}

double JsonFields::number(const char* field, std::optional<double> fallback) const {
    const nlohmann::json* value = find(field, fallback.has_value());
    if (!value)
        return *fallback;
    if (!value->is_number() || !std::isfinite(value->get<double>()))
        fail(field, "is not a number");
    return value->get<double>();
}

std::vector<double> JsonFields::numbers(const char* field, const std::vector<double>& fallback) const {
    const nlohmann::json* value = find(field, true);
    if (!value)
        return fallback;
    if (!value->is_array())
        return {number(field)};
    std::vector<double> list;
    for (const nlohmann::json& element : *value) {
        if (!element.is_number() || !std::isfinite(element.get<double>()))
            fail(field, "holds something that is not a number");
        list.push_back(element.get<double>());
    }
    if (list.empty())
        fail(field, "is an empty list");
    return list;
}

JsonFields JsonFields::part(const char* field) const {
    return {*find(field, false), what_ + ": \"" + field + "\""};
}

const nlohmann::json& JsonFields::list(const char* field) const {
    const nlohmann::json& value = *find(field, false);
    if (!value.is_array())
        fail(field, "is not a list");
    return value;
}

std::vector<std::string> JsonFields::texts(const char* field,
                                           std::optional<std::vector<std::string>> fallback) const {
    if (!find(field, fallback.has_value()))
        return *fallback;
    std::vector<std::string> texts;
    for (const nlohmann::json& each : list(field)) {
        if (!each.is_string())
            fail(field, "holds something that is not a text");
        texts.push_back(each.get<std::string>());
    }
    return texts;
}

} // namespace scalekv
