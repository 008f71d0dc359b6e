// What one request needs, by the policy and by what its runbook asks for.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "approvals/policy.h"
#include "approvals/quorum.h"
#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

// What one request needs: the stricter of every rule that applies and of the runbook.
struct Demand {
  Roles requires_roles;
  bool separation = true;
  bool reference = false;
  Time decide_by = 24 * 3600;
  Time slack = 3600;
};

// `asks` is draft["asks"] (docs/formats/request.md). Errors: "refused" where policy has no rule for
// an effect; "argument" where `asks` is malformed.
Result<Demand> demand_of(const Policy& policy, const nlohmann::json& asks);

// What a change of the trust files needs: the strictest of every rule, so that no change of who may
// approve is easier than what they may approve.
Demand demand_of_trust(const Policy& policy);

}  // namespace countersign
