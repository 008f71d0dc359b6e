// TaskRouter's expressions, as workflows' filters, queues' target workers and the list of tasks use
// them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"

namespace countersign::simulator {

// Whether `text` holds for a task, or worker, with these attributes. Comparisons (==, =, !=, <, >,
// <=, >=, HAS, IN, NOT IN, CONTAINS) of literals ('text', "text", numbers, true, false, null,
// [lists]) and attributes (a.b looks inside), joined by AND, OR and NOT, with parentheses. Error
// (kind "argument"): it is none.
Result<bool> expression_holds(const std::string& text, const nlohmann::json& attributes);

}  // namespace countersign::simulator
