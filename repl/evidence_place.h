// Where a run's evidence belongs, where its runbook says so.
#pragma once
#include <string>

#include "interpreter/run_state.h"

namespace countersign {

// The name of the folder: the head's `evidence` with what stands in braces filled in. {name} is a
// parameter, {phase.field} what a phase returned, {date} the day the run began (UTC), {run} its id.
// Errors (kind "usage"): the runbook says nothing; something is not known; it is no folder's name.
Result<std::string> evidence_name(const RunState& state);

// Below `dev_logs`: the folder of that name where there is none yet; where there is one, of the
// deployment itself or in _archive, a folder for this run in it.
std::string evidence_place(const std::string& dev_logs, const std::string& name,
                           const std::string& run);

}  // namespace countersign
