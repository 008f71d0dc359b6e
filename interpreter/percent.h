// Percent-encoding, as URLs and forms have it (RFC 3986).
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// Everything but letters, digits, "-", "_", ".", "~" and what is in `plain` as %XX.
std::string percent_encode(std::string_view text, std::string_view plain = "");

// What is no well-formed %XX stays as it is. In forms a "+" is a space.
std::string percent_decode(std::string_view text, bool plus_is_space);

}  // namespace countersign
