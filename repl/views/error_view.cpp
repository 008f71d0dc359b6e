#include "repl/views/error_view.h"

#include <nlohmann/json.hpp>

#include "repl/views/escape.h"

namespace countersign {

nlohmann::json error_json(const Error& error) {
  nlohmann::json value = to_json(error);
  for (const char* key : {"hint", "operation", "where"})
    if (!value.contains(key)) value[key] = nullptr;
  return value;
}

std::string error_text(const Error& error, const Style& style) {
  Page page(style);
  // Some messages are a sentence and a list below it; the list keeps its lines.
  const std::size_t end = error.message.find('\n');
  Spans first = {{"countersign: ", Tone::bad}, {error.message.substr(0, end)}};
  if (!error.where.empty()) first.push_back({" (" + error.where + ")", Tone::faint});
  page.line(0, first);
  if (end != std::string::npos) {
    std::size_t at = end + 1;
    while (at <= error.message.size() && at != 0) {
      const std::size_t next = error.message.find('\n', at);
      std::string line = error.message.substr(at, next == std::string::npos ? next : next - at);
      line.erase(
          0, line.find_first_not_of(' ') == std::string::npos ? 0 : line.find_first_not_of(' '));
      page.line(2, {{line}});
      at = next == std::string::npos ? 0 : next + 1;
    }
  }
  if (!error.hint.empty()) page.line(2, {{"→ ", Tone::strong}, {error.hint}});
  return page.text();
}

}  // namespace countersign
