// How long a decision may take, and how much later than planned a phase may begin.
#pragma once
#include "approvals/policy.h"
#include "interpreter/engine.h"

namespace countersign {

// The longest times that a rule of the policy gives, so that no rule is cut short; the request
// itself has the exact one of its own rules.
void take_windows(const Policy& policy, Engine& engine);

}  // namespace countersign
