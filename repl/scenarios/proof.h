// Whether a scenario could fail: what always passes shows nothing.
//   with a break         played once more without it, it must not come out as expected; and where a
//                        cause with a fix is found, the symptom's `verify` must fail while the
//                        break stands and nothing was fixed
//   that is to go well   played with the breaks of the file's other scenarios, one of them must
//   show
//   over a recording     played once more with none of its answers, it must not
// One that is to end otherwise, and breaks nothing, is not tried: what makes it fail is in its
// parameters and decisions.
#pragma once
#include <string>

#include "repl/scenarios/scenario_result.h"

namespace countersign {

// Why it could not be shown to fail; empty: it was. For a scenario that came out as expected.
std::string unproven(const ScenarioFile& file, const Scenario& scenario,
                     ScenarioWorkspace& theatre);

}  // namespace countersign
