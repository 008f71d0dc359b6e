#include "stdlib/http/url.h"

#include <algorithm>
#include <cctype>

namespace countersign {
namespace {

bool digits(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

// Four decimal numbers, the first 127. "127.evil.example" is a name, not this machine.
bool is_loopback_v4(std::string_view host) {
  int parts = 0;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view part = host.substr(0, dot);
    if (!digits(part, 3) || (parts == 0 && part != "127")) return false;
    ++parts;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  return parts == 4;
}

}  // namespace

std::string Url::origin() const {
  return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

std::optional<Url> split_url(std::string_view text) {
  for (const unsigned char c : text)
    if (c <= ' ' || c == 0x7f || c == '\\') return std::nullopt;
  Url url;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  url.scheme = text.substr(0, colon);
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  url.target = text.substr(end);
  if (url.target.find('#') != std::string::npos) return std::nullopt;
  if (!url.target.empty() && url.target[0] == '?') url.target.insert(0, "/");
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
  const std::size_t bracket = authority[0] == '[' ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t port = authority.find(':', bracket);
  if (port != std::string_view::npos) {
    url.port = authority.substr(port + 1);
    if (!digits(url.port, 5)) return std::nullopt;
    authority = authority.substr(0, port);
  }
  url.host = authority;
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (url.host.empty() || url.host.back() == '.') return std::nullopt;
  if (url.host[0] != '[' &&
      url.host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") != std::string::npos)
    return std::nullopt;
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

bool is_sid(std::string_view text, std::string_view prefix) {
  return text.size() == prefix.size() + 32 && text.substr(0, prefix.size()) == prefix &&
         text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

}  // namespace countersign
