// The merge of the Flex deploy pipeline: lodash 4's `merge` on JSON values, and what the pipeline
// makes of it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// JavaScript's undefined, which JSON does not have: skipped as a source's value, gone in the result
// of an object, null in that of an array.
inline json undefined() {
  return json(json::value_t::discarded);
}

// merge(object, ...sources), as lodash 4.17 does it and JSON.stringify shows it: objects are merged
// key by key, arrays index by index, a source's undefined is skipped, anything else of the source
// wins, null too. The corners that follow from it:
//   - an array over a plain object: a new array, unless the object has a numeric "length", then its
//   indexed values;
//   - an object over an array: its index keys become elements, "length" sets the length, other keys
//   vanish;
//   - "__proto__": an object or array there is skipped, a plain value is kept under that key.
// A marked value (a secret's handle) is a plain value.
// Errors (kind "argument"): an object or source that is no object; where lodash throws (a "length"
// that is no length); nesting beyond kMaxDepth; an array of more than kMostElements, which lodash
// would allocate.
Result<json> merge(const json& object, const std::vector<json>& sources);

inline constexpr std::size_t kMostElements = 100'000;

struct FlexLayers {
  json common, client, live;  // ui_attributes of the two files and of the account
};

// The ui_attributes that a deploy sends. Normal: merge({}, common, client, live), live wins.
// Overwrite: live without custom_data, then merge(live, common, client), the files win.
Result<json> merge_ui_attributes(const FlexLayers& layers, bool overwrite);

// uniqBy([...live, ...source], "name"): of equal names the first is kept.
// Errors (kind "argument"): one of them is neither a list nor null.
Result<json> merge_skills(const json& live, const json& source);

}  // namespace countersign
