// What a scenario expects, compared with what came of it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/scenarios/scenario_runner.h"

namespace countersign {

using json = nlohmann::json;

// `expected` and `found` are values, or lists where lists were compared; null: not there.
struct Difference {
  std::string what;  // "status", "plan", "world /accounts/…"
  json expected, found;
};

// Everything that is not as expected, in the order of docs/testing.md. Calls that are made
// afterwards are made here. Errors: usage (a call that cannot be made).
Result<std::vector<Difference>> compare(const json& expect, bool decided,
                                        const ScenarioOutcome& outcome, ScenarioEnvironment& scene);
// The same of a recording, which has no world. `unanswered`: operations that it has no answer to.
std::vector<Difference> compare_recorded(const json& expect, const ScenarioOutcome& outcome,
                                         const std::vector<std::string>& unanswered);

}  // namespace countersign
