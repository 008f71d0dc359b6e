// Who may settle an operation in doubt. What follows from some settlements is what a decision
// allows: an operation that is repeated, a result that later operations are built on. Those are for
// somebody who may approve the run's request.
#pragma once
#include <string>

#include "interpreter/authorizer.h"
#include "interpreter/run_state.h"

namespace countersign {

// Whether later operations are built on what the operation returned.
bool hands_on(const RunState& state, const PendingOperation& begun);

// Errors: kind "refused".
Status may_settle(const RunState& state, const PendingOperation& begun, const Answer& answer,
                  Authorizer& authorizer);

}  // namespace countersign
