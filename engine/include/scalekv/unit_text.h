#pragma once

#include <cstdint>
#include <string>

namespace scalekv {

/// "0.85 s", "8 s", "2 min 10 s", "1 h 5 min". English, as all that the engine writes.
std::string durationText(double seconds);
/// "5 B", "1.5 KiB", "430 MiB", "1.2 TiB".
std::string byteText(std::int64_t bytes);
/// The same in MiB, for tables and plots.
constexpr double mebibytes(double bytes) {
    return bytes / (1 << 20);
}
constexpr double mebibytes(std::int64_t bytes) {
    return mebibytes(double(bytes));
}

} // namespace scalekv
