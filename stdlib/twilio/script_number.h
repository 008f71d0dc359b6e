// JavaScript's conversions of JSON values to numbers and texts, where a merge needs them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace countersign {

// Number(value) of a plain value: null is 0, true 1, a text what it spells (blanks around it, "" as
// 0, "0x1f", "1e3"); NaN for any other.
double script_number(const nlohmann::json& value);

// String(value): an array's elements joined by ",", null ones empty; "[object Object]" for an
// object.
std::string script_text(const nlohmann::json& value);

}  // namespace countersign
