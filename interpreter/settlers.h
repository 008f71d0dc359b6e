// Who may settle an operation in doubt, and which settlement can be corrected. What follows from
// some settlements is what a decision allows: an operation that is repeated, a result that later
// operations are built on. Those are for somebody who may approve the run's request.
#pragma once
#include <string>

#include "interpreter/authorizer.h"
#include "interpreter/run_state.h"
#include "interpreter/ways_on.h"

namespace countersign {

// Whether later operations are built on what the operation returned.
bool hands_on(const PendingOperation& begun);

// Errors: kind "refused".
Status may_settle(const RunState& state, const PendingOperation& begun, const Answer& answer,
                  Authorizer& authorizer);

// The settlement by a person that the answer `verdict` ("applied", "not-applied") would correct:
// of operation `n`, or with 0 of the only one that was settled otherwise. What was planned on it is
// planned and decided anew, so it ends where nothing can be planned any more. Errors: usage (there
// is none, or more than one), refused (the run has ended, undoes, or did it again since), in_doubt.
Result<const Settlement*> correctable(const RunState& state, const std::string& verdict, int n);

// Somebody may approve under the request that it was settled under, and asked for neither that nor
// what is asked now. Errors: kind "refused".
Status may_correct(const RunState& state, const Settlement& settlement, const Answer& answer,
                   Authorizer& authorizer);

// What the correction has looked at and asked again: reads and waits behind the operation's phase
// that no later change was built on, before it where nothing else of it was done, and what people
// attested since.
Reopening reopened_by(const RunState& state, const Settlement& settlement);

// "countersign settle RUN --not-applied --note TEXT", for the settlement's operation.
std::string correcting(const RunState& state, const Settlement& settlement);

}  // namespace countersign
