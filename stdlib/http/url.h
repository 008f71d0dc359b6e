// Absolute URLs, taken apart and put together. Only what requests need: http and https, no user
// information, no fragment.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "interpreter/percent.h"

namespace countersign {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; "[::1]" with its brackets
  std::string port;    // digits, or empty
  std::string target;  // path and query, from "/" on; empty where the URL ends with the host

  std::string origin() const;  // "https://host:port"
};

// Nothing where `text` is not such a URL: another scheme, "user@", control characters, spaces,
// a backslash, an empty host, a port that is not a number.
std::optional<Url> split_url(std::string_view text);

// Whether `host` is this machine: "localhost", "127.x.x.x", "[::1]".
bool is_loopback(std::string_view host);

// Whether `text` is `prefix` and 32 hexadecimal digits.
bool is_sid(std::string_view text, std::string_view prefix);

}  // namespace countersign
