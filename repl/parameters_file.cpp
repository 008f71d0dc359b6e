#include "repl/parameters_file.h"

#include <set>

#include "approvals/text_file.h"
#include "interpreter/canonical.h"

namespace countersign {
using nlohmann::json;

Result<json> read_parameters(const std::string& file, const std::vector<std::string>& pairs) {
  json values = json::object();
  if (!file.empty()) {
    const Result<std::string> text = read_text_file(file);
    if (!text) return Error{"usage", text.error().message, "--params names a JSON file"};
    Result<json> parsed = parse_json(*text);
    if (!parsed) return Error{"usage", "\"" + file + "\" is not JSON: " + parsed.error().message};
    if (!parsed->is_object())
      return Error{"usage", "\"" + file + "\" is not a JSON object of parameters",
                   "write {\"name\": \"value\", …}"};
    values = std::move(*parsed);
  }
  std::set<std::string> given;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{"usage", "-p: got \"" + pair + "\", want NAME=VALUE"};
    const std::string name = pair.substr(0, equals);
    if (!given.insert(name).second)
      return Error{"usage", "the parameter \"" + name + "\" is given twice"};
    values[name] = pair.substr(equals + 1);
  }
  return values;
}

}  // namespace countersign
