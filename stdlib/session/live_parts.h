// What the state of every system is put together with.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"
#include "stdlib/session/live_parts.h"

namespace countersign {

using json = nlohmann::json;

// null for an error 404, else what `found` is.
Result<json> or_null(Result<json> found);

// A list of resources as a map by the text at `key`; what has none is left out.
json keyed(json list, const std::string& key, json (*state)(json));

}  // namespace countersign
