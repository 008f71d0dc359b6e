// Reading JSON that others read more leniently (part of canonical.cpp, which has the reader).
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "interpreter/error.h"

namespace countersign {

// As parse_json, but an integer that a double cannot hold becomes a text: its digits with a word on
// why, which differs from every value that a provider may hold there.
Result<nlohmann::json> parse_json_with_large_integers(std::string_view text);

}  // namespace countersign
