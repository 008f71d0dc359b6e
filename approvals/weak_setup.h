// What makes a set-up weak although every file in it is sound: who can write what, and who is who.
#pragma once
#include <string>
#include <vector>

#include "approvals/trust.h"

namespace countersign {

// `operator_principal`: who asks here. Each names the file in `where` and what to do. Errors of
// kind "check"; none keeps anything from working.
std::vector<Error> weak_setup(const Trust& trust, const TrustPaths& paths,
                              const std::string& operator_principal, Time now);

}  // namespace countersign
