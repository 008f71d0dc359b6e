// Canonical JSON (RFC 8785): one text for one value, so that a digest of it can be signed.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "interpreter/error.h"

namespace countersign {

// The canonical text of `value`: keys in order of their UTF-16 code units, numbers as ECMAScript
// prints them, shortest string escapes. Errors (kind "argument"): NaN, infinity, an integer beyond
// ±(2^53 - 1), text that is not UTF-8, nesting beyond `kMaxDepth`.
Result<std::string> canonicalize(const nlohmann::json& value);

// The same for values the engine itself made: throws std::logic_error where canonicalize errs.
std::string canonical(const nlohmann::json& value);

// Strict reading of a JSON document: errors (kind "argument", with the byte offset) on duplicate
// keys, a byte order mark, invalid UTF-8 or unpaired surrogates, numbers that a double cannot hold,
// nesting beyond `kMaxDepth`, and anything after the value but white space.
Result<nlohmann::json> parse_json(std::string_view text);

// As parse_json, and the text must itself be canonical, byte for byte: what was verified is what
// was parsed.
Result<nlohmann::json> parse_canonical(std::string_view text);

inline constexpr int kMaxDepth = 200;

}  // namespace countersign
