#pragma once

#include <cstdint>
#include <string>

namespace scalekv::cli {

/// "0.85 s", "8 s", "2 min 10 s", "1 h 5 min".
std::string durationText(double seconds);
/// "430 MiB", "1.2 GiB".
std::string byteText(std::int64_t bytes);

} // namespace scalekv::cli
