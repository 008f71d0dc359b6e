#include "interpreter/placeholder.h"

#include <algorithm>

namespace countersign {

const json* marked(const json& value) {
  if (!value.is_object() || value.size() != 1) return nullptr;
  const auto at = value.find(kMark);
  return at == value.end() || !at->is_object() ? nullptr : &*at;
}

json make_placeholder(int operation, const std::string& path) {
  return {{kMark, {{"placeholder", operation}, {"path", path}}}};
}

json make_handle(const std::string& kind, const std::string& id, json extra) {
  extra["handle"] = kind;
  extra["id"] = id;
  return {{kMark, std::move(extra)}};
}

bool is_placeholder(const json& value) {
  const json* mark = marked(value);
  return mark && (mark->contains("placeholder") || mark->contains("template"));
}

bool is_handle(const json& value, const std::string& kind) {
  const json* mark = marked(value);
  if (!mark || !mark->contains("handle")) return false;
  return kind.empty() || (*mark)["handle"] == kind;
}

std::string handle_id(const json& value) {
  const json* mark = marked(value);
  return mark && mark->contains("id") && (*mark)["id"].is_string()
             ? (*mark)["id"].get<std::string>()
             : std::string();
}

int depends_on(const json& value) {
  int highest = 0;
  if (const json* mark = marked(value)) {
    if (const auto at = mark->find("placeholder"); at != mark->end() && at->is_number_integer())
      return at->get<int>();
    if (const auto at = mark->find("template"); at != mark->end())
      for (const json& part : *at) highest = std::max(highest, depends_on(part));
    return highest;
  }
  if (value.is_structured())
    for (const json& part : value) highest = std::max(highest, depends_on(part));
  return highest;
}

bool has_placeholder(const json& value) {
  return depends_on(value) > 0;
}

void disarm(json& value) {
  if (!value.is_structured()) return;
  for (json& part : value) disarm(part);
  if (!value.is_object()) return;
  const auto at = value.find(kMark);
  if (at == value.end()) return;
  json inside = std::move(*at);
  value.erase(at);
  std::string key = kMark;
  key += " (data)";
  value[key] = std::move(inside);
}

json with_names(const json& value) {
  if (const json* mark = marked(value)) {
    if (mark->contains("placeholder"))
      return "‹operation " + std::to_string((*mark)["placeholder"].get<int>()) + ": " +
             (*mark)["path"].get<std::string>() + "›";
    if (!mark->contains("template")) return value;
    std::string text;
    for (const json& part : (*mark)["template"]) {
      const json one = with_names(part);
      text += one.is_string() ? one.get<std::string>() : one.dump();
    }
    return text;
  }
  if (!value.is_structured()) return value;
  json out = value;
  for (json& part : out) part = with_names(part);
  return out;
}

namespace {

void add_placeholders(const json& value, std::vector<std::pair<int, std::string>>& all) {
  if (const json* mark = marked(value)) {
    if (mark->contains("placeholder"))
      all.emplace_back((*mark)["placeholder"].get<int>(), (*mark)["path"].get<std::string>());
    if (mark->contains("template")) add_placeholders((*mark)["template"], all);
    return;
  }
  if (value.is_structured())
    for (const json& part : value) add_placeholders(part, all);
}

}  // namespace

std::vector<std::pair<int, std::string>> placeholders_in(const json& value) {
  std::vector<std::pair<int, std::string>> all;
  add_placeholders(value, all);
  return all;
}

std::set<int> operations_in(const json& value) {
  std::set<int> all;
  for (const auto& [n, path] : placeholders_in(value)) all.insert(n);
  return all;
}

}  // namespace countersign
