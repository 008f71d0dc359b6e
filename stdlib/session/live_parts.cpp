#include "stdlib/session/live_parts.h"

namespace countersign {

Result<json> or_null(Result<json> found) {
  if (!found && found.error().kind == "provider" && found.error().status == 404) return json();
  return found;
}

json keyed(json list, const std::string& key, json (*state)(json)) {
  json map = json::object();
  for (json& one : list) {
    if (!one.is_object() || !one.value(key, json()).is_string()) continue;
    const std::string name = one[key].get<std::string>();
    map[name] = state(std::move(one));
  }
  return map;
}

}  // namespace countersign
