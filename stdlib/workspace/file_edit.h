// Changing a file's text: values in a JSON file, one place in any text, a note in a registry.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// The JSON `text` with `values` (pointer to value) set: keys stay in their order, indented by two
// spaces, line ends and the last one as they were. Objects are made on the way; "-" appends to a
// list. Errors (kind "argument"): not JSON, a bad pointer, a way that leads through a plain value
// or beyond a list.
Result<std::string> set_values(const std::string& text, const json& values);

// `text` with the only occurrence of `find` replaced. Errors (kind "argument"): none, or several.
Result<std::string> replace_once(const std::string& text, const std::string& find,
                                 const std::string& with);

}  // namespace countersign
