// A scenario that is played over a cassette instead of a world: the script is walked with the
// answers that were recorded. Nobody is asked, nothing happens, nothing is carried out.
#pragma once
#include <string>
#include <vector>

#include "repl/scenarios/scenario_file.h"
#include "repl/scenarios/scenario_runner.h"

namespace countersign {

struct RecordedOutcome {
  ScenarioOutcome outcome;              // "failed", "awaiting_decision" or "done"
  std::vector<std::string> unanswered;  // operations that the cassette has no answer to
};

// `withheld`: no answer is given, to see whether it matters. Errors: config (the cassette), usage
// (a parameter), script.
Result<RecordedOutcome> play_recorded(const ScenarioFile& file, const Scenario& scenario,
                                      bool withheld);

}  // namespace countersign
