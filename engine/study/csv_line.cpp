#include "engine/study/csv_line.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace scalekv {

double asWritten(float value) {
    std::array<char, 32> text{};
    const char* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double result = double(value);
    std::from_chars(text.data(), end, result);
    return result;
}

void CsvLine::append(const std::string& field) {
    text_ += (first_ ? "" : ",") + field;
    first_ = false;
}

CsvLine& CsvLine::add(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        append(text);
        return *this;
    }
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    append(quoted + '"');
    return *this;
}

CsvLine& CsvLine::add(double value) {
    if (std::isinf(value))
        append(value > 0 ? "inf" : "-inf");
    else
        append(std::isnan(value) ? "nan" : nlohmann::json(value).dump());
    return *this;
}

CsvLine& CsvLine::add(std::int64_t value) {
    append(std::to_string(value));
    return *this;
}

CsvLine& CsvLine::addNothing(std::int64_t times) {
    for (std::int64_t n = 0; n < times; ++n)
        append("");
    return *this;
}

} // namespace scalekv
