// All that a plan's page says, as data: of the request, and of what it names by digest (the plan
// with its states, the runbook's head, the rows). Nothing in it depends on the clock, the machine
// or the terminal, so that the page made of it is the same wherever it is made.
#pragma once
#include <nlohmann/json.hpp>

#include "interpreter/catalogue.h"
#include "interpreter/run_state.h"

namespace countersign {

// `request`: the document as published, or as it is going to be; empty: none is asked for yet.
// {"run", "title", "runbook", "profile", "account", "endpoint", "systems",
//  "parameters", "requester", "principal", "requires", "separation", "decide_by", "asked",
//  "phases", "undo", "later", "holes", "planned", "findings", "undoing", "kept": [{"it", "why"}],
//  "odd": ["…"]}; operations as in
// changes_view.h; of each phase of "undo" what it leaves as it is: "stays".
json plan_sheet(const RunState& state, const json& request, const Catalogue& catalogue);

}  // namespace countersign
