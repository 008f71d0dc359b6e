// What a promise of a read phase (`returns = { key = hole.… }`) says of a value.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace countersign {

// A text for a hole is no longer than this, and has no control characters.
inline constexpr std::size_t kMostHoleText = 4096;

// Whether `value` is what was promised. Nothing: it is a text within its bounds, and whether it has
// the form of the promise's Lua pattern is to be asked where Lua runs.
std::optional<bool> keeps_promise(const nlohmann::json& promise, const nlohmann::json& value);

// Whether `name` is a host name strictly below `domain`: labels of lower-case letters, digits and
// hyphens, nothing else.
bool is_domain_below(const std::string& name, const std::string& domain);

}  // namespace countersign
