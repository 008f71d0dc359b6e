#include "stdlib/workspace/file_edit.h"

#include "interpreter/canonical.h"

namespace countersign {
namespace {

using ordered = nlohmann::ordered_json;

Error bad(const std::string& pointer, const std::string& why) {
  return Error{"argument", "set: \"" + pointer + "\" " + why};
}

Result<std::vector<std::string>> steps_of(const std::string& pointer) {
  std::vector<std::string> steps;
  if (!pointer.empty() && pointer[0] != '/')
    return bad(pointer, "is no JSON pointer; it begins with \"/\"");
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (pointer[i] == '~') {
      const char next = i + 1 < pointer.size() ? pointer[i + 1] : ' ';
      if (next != '0' && next != '1')
        return bad(pointer, "is no JSON pointer; \"~\" is written \"~0\"");
      steps.back() += next == '0' ? '~' : '/';
      ++i;
    } else {
      steps.back() += pointer[i];
    }
  }
  return steps;
}

bool is_index(const std::string& step) {
  return !step.empty() && step.size() < 8 &&
         step.find_first_not_of("0123456789") == std::string::npos &&
         (step == "0" || step[0] != '0');
}

Status set_one(ordered& document, const std::string& pointer, const json& value) {
  const auto steps = TRY(steps_of(pointer));
  ordered* at = &document;
  for (const std::string& step : steps) {
    if (at->is_null()) *at = ordered::object();  // what this call made on the way
    if (at->is_object()) {
      at = &(*at)[step];
    } else if (at->is_array() && step == "-") {
      at->push_back(nullptr);
      at = &at->back();
    } else if (at->is_array() && is_index(step)) {
      const std::size_t index = std::stoul(step);
      if (index >= at->size())
        return bad(pointer, "is beyond the list of " + std::to_string(at->size()));
      at = &(*at)[index];
    } else {
      return bad(pointer,
                 at->is_array() ? "names no index of the list" : "leads through a plain value");
    }
  }
  *at = value;
  return Done{};
}

}  // namespace

Result<std::string> set_values(const std::string& text, const json& values) {
  const bool marked_bytes = text.rfind("\xEF\xBB\xBF", 0) == 0;
  const std::string body = marked_bytes ? text.substr(3) : text;
  TRY(parse_json(body));
  ordered document = ordered::parse(body);
  if (!values.is_object()) return Error{"argument", "set: want a table of JSON pointer to value"};
  for (const auto& [pointer, value] : values.items()) {
    TRY(set_one(document, pointer, value));
  }
  std::string out = document.dump(2, ' ', false, ordered::error_handler_t::replace);
  if (!body.empty() && body.back() == '\n') out += '\n';
  if (body.find("\r\n") != std::string::npos)
    for (std::size_t at = out.find('\n'); at != std::string::npos; at = out.find('\n', at + 2))
      out.insert(at, "\r");
  return (marked_bytes ? "\xEF\xBB\xBF" : "") + out;
}

Result<std::string> replace_once(const std::string& text, const std::string& find,
                                 const std::string& with) {
  if (find.empty()) return Error{"argument", "replace: find is empty"};
  const std::size_t at = text.find(find);
  if (at == std::string::npos)
    return Error{"argument", "replace: the text to find is not in the file", "see files.read"};
  if (text.find(find, at + 1) != std::string::npos)
    return Error{"argument", "replace: the text to find stands in the file more than once",
                 "take in more of what stands around it"};
  return text.substr(0, at) + with + text.substr(at + find.size());
}

}  // namespace countersign
