#include "interpreter/marker.h"

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

std::set<int> operations_in(const json& value) {
  std::set<int> all;
  if (const json* mark = marked(value)) {
    if (mark->contains("placeholder")) all.insert((*mark)["placeholder"].get<int>());
    if (mark->contains("template")) all = operations_in((*mark)["template"]);
    return all;
  }
  if (value.is_structured())
    for (const json& part : value) all.merge(operations_in(part));
  return all;
}

}  // namespace countersign
