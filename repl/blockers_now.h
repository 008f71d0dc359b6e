// What is so now about a run, as far as this installation can tell.
#pragma once
#include "interpreter/run_state.h"
#include "repl/command_context.h"
#include "repl/views/blockers.h"

namespace countersign {

// Without trust files that can be read nothing is said of who counts; without an endpoint that
// answers the time is that of the run's last record.
Blockers blockers_now(CommandContext& context, const RunState& state);

// Whether an approval that may be used from `not_before` until `not_after` (0: no bound) can be
// used at all for what the run plans. Errors (kind "usage"): it cannot, and why.
Status window_fits(const RunState& state, Time not_before, Time not_after, Time now);

}  // namespace countersign
