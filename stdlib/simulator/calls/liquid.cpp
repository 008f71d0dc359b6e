#include "stdlib/simulator/calls/liquid.h"

#include <algorithm>
#include <cctype>

#include "stdlib/simulator/server/message.h"

namespace countersign::simulator {
namespace {

std::string trimmed(const std::string& text) {
  std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

std::string value_at(const std::string& path, const json& context) {
  const json* value = &context;
  for (std::size_t begin = 0; begin <= path.size();) {
    std::size_t end = std::min(path.find('.', begin), path.size());
    std::string step = path.substr(begin, end - begin);
    if (!value->is_object() || !value->contains(step)) return "";
    value = &(*value)[step];
    begin = end + 1;
  }
  if (value->is_null()) return "";
  return value->is_string() ? value->get<std::string>() : dump(*value);
}

// 'text' or "text" behind a filter's colon.
std::string argument_of(const std::string& filter) {
  std::size_t open = filter.find_first_of("'\"");
  if (open == std::string::npos) return "";
  return filter.substr(open + 1, filter.find(filter[open], open + 1) - open - 1);
}

std::string filtered(std::string value, const std::string& filter) {
  std::string name = trimmed(filter.substr(0, filter.find(':')));
  if (name == "default") return value.empty() ? argument_of(filter) : value;
  if (name == "url_encode") return percent_encode(value);
  if (name == "remove") {
    std::string gone = argument_of(filter);
    for (std::size_t at; !gone.empty() && (at = value.find(gone)) != std::string::npos;)
      value.erase(at, gone.size());
  }
  if (name == "upcase" || name == "downcase")
    std::transform(value.begin(), value.end(), value.begin(), [&](unsigned char c) {
      return static_cast<char>(name == "upcase" ? std::toupper(c) : std::tolower(c));
    });
  return value;
}

}  // namespace

std::string render_liquid(const std::string& text, const json& context) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    std::size_t open = text.find("{{", at);
    std::size_t close = open == std::string::npos ? open : text.find("}}", open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    std::string inside = text.substr(open + 2, close - open - 2);
    std::size_t bar = std::min(inside.find('|'), inside.size());
    std::string value = value_at(trimmed(inside.substr(0, bar)), context);
    while (bar < inside.size()) {
      std::size_t next = std::min(inside.find('|', bar + 1), inside.size());
      value = filtered(value, inside.substr(bar + 1, next - bar - 1));
      bar = next;
    }
    out += value;
    at = close + 2;
  }
}

}  // namespace countersign::simulator
