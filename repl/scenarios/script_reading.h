// Reading what a script says of itself: in the jailed script host, with no account and no
// operation.
#pragma once
#include <nlohmann/json.hpp>

#include "interpreter/host_conversation.h"

namespace countersign {

using json = nlohmann::json;

// The head of a runbook or symptom, as `run` records it. Errors: script, limit.
Result<json> read_head(const ScriptFile& script, const std::string& folder);

// The table that a scenario file (*_test.lua) builds; stdlib/lua/scenarios.lua says what is in it.
// Errors: script, limit.
Result<json> read_scenarios(const ScriptFile& script, const std::string& folder);

}  // namespace countersign
