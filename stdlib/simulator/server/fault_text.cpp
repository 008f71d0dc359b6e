// Faults as the command line writes them: NAME=VALUE, separated by commas.
#include <algorithm>

#include "stdlib/simulator/server/faults.h"

namespace countersign::simulator {
namespace {

// Where the JSON value at the start of `text` ends: the comma behind it, or the end of the text.
std::size_t end_of_json(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{'))
      ++depth;
    else if (!quoted && (c == ']' || c == '}'))
      --depth;
    else if (!quoted && depth == 0 && c == ',')
      return i;
  }
  return text.size();
}

Result<json> number_in(const std::string& name, std::string_view value) {
  if (value.empty() || value.size() > 9 ||
      value.find_first_not_of("0123456789.") != std::string_view::npos ||
      std::count(value.begin(), value.end(), '.') > 1 || value == ".")
    return fault_error("got " + name + "=" + std::string(value) + ", want a number");
  return json(std::stod(std::string(value)));
}

Result<json> json_in(const std::string& name, std::string_view value) {
  json read = json::parse(value, nullptr, false);
  if (read.is_discarded())
    return fault_error("got " + name + "=" + std::string(value) +
                       ", want JSON (a text in quotes: \"…\")");
  return read;
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  json fields = json::object();
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) break;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
      return fault_error("got \"" + std::string(text) + "\", want NAME=VALUE");
    std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    const bool is_json = name == "value" || text.substr(0, 1) == "\"";
    // A body may hold commas: it is the last field and takes the rest.
    std::string_view value = name == "body" ? text
                             : is_json      ? text.substr(0, end_of_json(text))
                                            : text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), value.size() + 1));
    if (fields.contains(name)) return fault_error(name + " is given twice");
    if (name == "times" && value == "always") value = "0";
    const json read = TRY(is_number_of_fault(name)    ? number_in(name, value)
                          : is_json && name != "body" ? json_in(name, value)
                                                      : Result<json>(json(std::string(value))));
    fields[name] = read;
  }
  return read_fault(fields);
}

}  // namespace countersign::simulator
