#include "repl/views/markdown.h"

#include "repl/views/escape.h"

namespace countersign {

std::string in_markdown(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    if (std::string_view("\\`*_[]<>|~&#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string as_code(std::string_view text) {
  const std::string shown = visible(text);
  if (shown.empty() || shown.find_first_of("`|<>") != std::string::npos) return in_markdown(text);
  return "`" + shown + "`";
}

}  // namespace countersign
