#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scalekv {

/// Packed with zlib, the length before packing in front.
std::string deflated(std::string_view bytes);

/// Throws Error "WHAT: …" for anything that is damaged, for lengths that the packed bytes cannot have, and
/// for more than `most` bytes.
std::string inflated(std::string_view packed, const std::string& what, std::uint64_t most);

} // namespace scalekv
