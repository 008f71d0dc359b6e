// A Studio flow as the steps that a call takes, with the words that callers hear.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "repl/views/value_lines.h"

namespace countersign {

// Whether `value` is a flow's definition: steps with names and types.
bool is_flow(const json& value);

// Every step: its name and type, what is said and played, its other properties, and where it leads.
void flow_lines(ValueLines& lines, std::size_t indent, const std::string& sign, const json& flow);

// The steps that come, go or differ, with their words before and after.
void flow_difference(ValueLines& lines, std::size_t indent, const std::string& label,
                     const json& from, const json& to);

}  // namespace countersign
