// The runbooks that there are, and what one asks for, as people read it before they run it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/described.h"
#include "repl/views/page.h"

namespace countersign {

// {"name", "title", "when_to_use", "symptoms", "needs", "parameters", "variants", "runbook",
// "path", "error"}.
json runbook_json(const FoundRunbook& runbook);

// `runbooks`: title, when to use it, and what it needs, of each.
std::string runbooks_text(const std::vector<FoundRunbook>& runbooks, const Style& style);

// `runbooks NAME` and `run NAME --help`: with every parameter.
std::string runbook_text(const FoundRunbook& runbook, const Style& style);

// One parameter: its name, what it has to be, when it is needed, and why.
void parameter_lines(Page& page, const std::string& name, const json& parameter);

}  // namespace countersign
