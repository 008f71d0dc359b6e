// A change of a simulated world, as scenarios write it: {"set": pointer, "value"} or {"remove":
// pointer}.
#pragma once
#include <nlohmann/json.hpp>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// The RFC 6902 patch that makes it in `world`. A set replaces what is there, in lists too; "-" adds
// to a list. Lua's empty table is a list where it replaces one. Errors (kind "usage"): what it is
// about is not there.
Result<json> patch_for(const json& world, const json& change);

// `world` with it. Errors: usage.
Result<json> changed_world(const json& world, const json& change);

}  // namespace countersign
