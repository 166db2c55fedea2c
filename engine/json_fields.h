#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scalekv {

/// Strict reading of the fields of a JSON object that came from outside. Every getter throws Error "WHAT:
/// FIELD …" where the field has another type or lies outside its range; a missing field gives `fallback`, or
/// an Error when there is none.
class JsonFields {
public:
    /// `what` names the source in errors (a file, "The recipe"). Throws Error when `json` is not an object.
    JsonFields(nlohmann::json json, std::string what);

    bool has(const char* field) const { return object_.contains(field); }
    const nlohmann::json& raw(const char* field) const { return object_.at(field); }

    std::string text(const char* field, std::optional<std::string> fallback = {}) const;
    std::int64_t integer(const char* field, std::int64_t smallest, std::int64_t largest,
                         std::optional<std::int64_t> fallback = {}) const;
    std::uint64_t unsignedInteger(const char* field, std::uint64_t fallback) const;
    double number(const char* field, std::optional<double> fallback = {}) const;
    /// One number, or a list of at least one.
    std::vector<double> numbers(const char* field, const std::vector<double>& fallback) const;

    /// A list of texts, which may be empty.
    std::vector<std::string> texts(const char* field,
                                   std::optional<std::vector<std::string>> fallback = {}) const;
    /// A list of whatever it holds.
    const nlohmann::json& list(const char* field) const;
    /// An object within, which messages name as well.
    JsonFields part(const char* field) const;

    const std::string& what() const { return what_; }
    [[noreturn]] void fail(const char* field, const std::string& why) const;

private:
    const nlohmann::json* find(const char* field, bool hasFallback) const;

    nlohmann::json object_;
    std::string what_;
};

} // namespace scalekv
