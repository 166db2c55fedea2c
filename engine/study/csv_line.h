#pragma once

#include <cstdint>
#include <string>

namespace scalekv {

/// The double that reads as the float does: 0.1F becomes 0.1, not 0.10000000149….
double asWritten(float value);

/// One line of a table for spreadsheets (RFC 4180).
class CsvLine {
public:
    /// Quoted where it must be.
    CsvLine& add(const std::string& text);
    /// The shortest text that reads back as the same number; "inf", "nan".
    CsvLine& add(double value);
    CsvLine& add(std::int64_t value);
    /// Empty fields.
    CsvLine& addNothing(std::int64_t times = 1);
    /// With its end.
    std::string text() const { return text_ + "\r\n"; }

private:
    void append(const std::string& field);

    std::string text_;
    bool first_ = true;
};

} // namespace scalekv
