// The request: what an approver decides on (docs/formats/request.md). The run drafts it; this part
// completes it with what policy and trust say, and reads that part again.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>

#include "approvals/demand.h"
#include "approvals/documents.h"
#include "approvals/trust.h"
#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

// The part of a request that this folder wrote.
struct Request {
  RequestFacts facts;
  Demand demand;  // requires, separation, reference, slack; decide_by is unused here
  Time asked_at = 0;
  Time decide_by = 0;
  std::string requester;                       // principal
  std::shared_ptr<const nlohmann::json> asks;  // what the run asks, as policy rules on it
  std::vector<std::string> operations;         // what the plan is made of, by name
  bool glass_stays = false;                    // the runbook lets nobody go past the quorum
  std::string signers_sha256;
  std::string policy_sha256;
  std::set<std::string> revocations;  // fingerprints that were revoked already
};

// The canonical request. Errors: "argument" for a malformed draft; "refused" where policy has no
// rule for it, the requester is nobody, or so few people hold the roles that nobody could ever
// approve it. `page` (may be empty) is asked for the page of the completed request.
Result<std::string> complete_request(const nlohmann::json& draft, const Trust& trust,
                                     const std::string& requester, Time now,
                                     const PageMaker& page = {});

// Errors: kind "refused".
Result<Request> parse_request(std::string_view document);

// Whether the request still stands: trust files as it names them, what it needs as the policy
// demands it for what it asks, and a clock that has not run backwards. Errors: kind "refused".
Status check_request(const Request& request, const Trust& trust, Time now);

}  // namespace countersign
