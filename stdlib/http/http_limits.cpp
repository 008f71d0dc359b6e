#include "stdlib/http/http_limits.h"

#include <algorithm>
#include <cctype>

#include "interpreter/utf8.h"
#include "stdlib/http/url.h"

namespace countersign {
namespace {

bool plain(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

}  // namespace

Status may_be_sent(const HttpRequest& request) {
  const auto refused = [](const std::string& message, const std::string& hint = {}) {
    return Error{"refused", message, hint, "", "", -1};
  };
  const auto url = split_url(request.url);
  if (!url) return refused("\"" + clipped(request.url, 200, "") + "\" is not an http or https URL");
  if (url->scheme == "http" && !is_loopback(url->host))
    return refused("plain http is sent to this machine only, not to " + url->host, "use https");
  if (request.method.empty() || request.method.size() > 16 ||
      !std::all_of(request.method.begin(), request.method.end(),
                   [](unsigned char c) { return std::isupper(c); }))
    return refused("\"" + clipped(request.method, 20, "") + "\" is not an HTTP method");
  for (const auto& [name, value] : request.headers)
    if (name.empty() || !plain(name) || !plain(value) ||
        name.find_first_of(": \t") != std::string::npos)
      return refused("a header of the request holds a control character");
  if (request.user.find(':') != std::string::npos || !plain(request.user) ||
      !plain(request.password))
    return refused("the credential for " + url->host + " holds a character that cannot be sent",
                   "check the secret's place: it must hold the secret and nothing else");
  if (request.body.size() > kMaxRequestBytes)
    return refused("the request to " + url->host + " is over 32 MB");
  return Done{};
}

}  // namespace countersign
