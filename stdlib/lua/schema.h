// The schema of the language, stdlib/lua/schema.lua: every table that an author writes, as data.
#pragma once
#include <nlohmann/json.hpp>

namespace countersign {

// Shapes by their names: {"called", "fields": [{"name", "type", "doc", …}]} or {"called", "map"}.
const nlohmann::json& language_schema();

}  // namespace countersign
