#include "repl/scenarios/world_change.h"

namespace countersign {
namespace {

Error not_there(const std::string& pointer) {
  return Error{"usage", "the world has nothing at \"" + pointer + "\"",
               "a JSON pointer into the world, such as /accounts/AC…/flows/0/status; lists count "
               "from 0"};
}

}  // namespace

Result<json> patch_for(const json& world, const json& change) {
  const bool sets = change.contains("set");
  const std::string pointer = change.value(sets ? "set" : "remove", "");
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
  const Result<json> patch = patch_for(world, change);
  if (!patch) return patch.error();
  try {
    return world.patch(*patch);
  } catch (const json::exception&) {
    return not_there(change.value(change.contains("set") ? "set" : "remove", ""));
  }
}

}  // namespace countersign
