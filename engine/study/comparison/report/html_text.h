#pragma once

#include <string>
#include <string_view>

namespace scalekv {

/// Text from anywhere as it may stand in HTML, between tags and within quotes: what HTML reads as its own is
/// escaped, bytes that are not UTF-8 become U+FFFD, control characters blanks (but for line ends).
std::string htmlText(std::string_view text);

/// As in data: URIs (RFC 4648, section 4).
std::string base64(std::string_view bytes);

} // namespace scalekv
