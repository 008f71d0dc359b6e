#include "repl/scenarios/world_change.h"

namespace countersign {
namespace {

Error not_there(const std::string& pointer) {
  return Error{"usage", "the world has nothing at \"" + pointer + "\"",
               "a JSON pointer into the world, such as /accounts/AC…/flows/0/status; lists count "
               "from 0"};
}

// The pointer of a change; empty where it has none, or something else than a text.
std::string pointer_of(const json& change) {
  if (!change.is_object()) return "";
  const auto at = change.find(change.contains("set") ? "set" : "remove");
  return at != change.end() && at->is_string() ? at->get<std::string>() : "";
}

}  // namespace

Result<json> patch_for(const json& world, const json& change) {
  const std::string pointer = pointer_of(change);
  if (pointer.empty()) return not_there(pointer);
  const bool sets = change.contains("set");
  try {
    const json::json_pointer at(pointer);
    const bool there = world.contains(at);
    if (at.empty() || (!sets && !there)) return not_there(pointer);
    if (!there && !world.contains(at.parent_pointer())) return not_there(pointer);
    if (!sets) return json::array({{{"op", "remove"}, {"path", pointer}}});
    json value = change.value("value", json());
    if (value.empty() && value.is_object() && there && world[at].is_array()) value = json::array();
    return json::array(
        {{{"op", there ? "replace" : "add"}, {"path", pointer}, {"value", std::move(value)}}});
  } catch (const json::exception&) {
    return not_there(pointer);
  }
}

Result<json> changed_world(const json& world, const json& change) {
  const json patch = TRY(patch_for(world, change));
  try {
    return world.patch(patch);
  } catch (const json::exception&) {
    return not_there(pointer_of(change));
  }
}

}  // namespace countersign
