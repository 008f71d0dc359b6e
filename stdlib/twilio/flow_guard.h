// What keeps a flow from being taken away under its callers.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

// Refuses while a number rings the flow of the argument `sid` (as projected, where the plan changes
// the number before; else live). While applying also while one of its executions is active: a plan
// that waits for them is made while they still run.
Status flow_is_unused(const Call& call);

}  // namespace countersign
