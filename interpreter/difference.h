// Structural comparison of JSON values.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign {

using json = nlohmann::json;

// [{"op": "add"|"remove"|"replace", "path", "from", "to"}], sorted by path; `from` absent on add,
// `to` on remove. Marked values (handles) are compared whole, secrets by their fingerprint. Arrays
// are compared index by index.
json difference(const json& from, const json& to);

// `value` without what `pointers` name; "*" in a pointer stands for any one segment.
json without(json value, const std::vector<std::string>& pointers);

// Whether `path` is one of `patterns` or below one of them; "*" in a pattern stands for any one
// segment.
bool covered(const std::string& path, const std::vector<std::string>& patterns);

// One segment of a JSON pointer, escaped (RFC 6901): "a/b" to "a~1b".
std::string escape_pointer(std::string segment);

// The value at `pointer`, or null where there is none.
json at_pointer(const json& document, const std::string& pointer);
// Puts `value` at `pointer`, making objects on the way; null removes what is there.
void set_pointer(json& document, const std::string& pointer, json value);

}  // namespace countersign
