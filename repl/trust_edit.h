// The trust files as `trust add` and `trust revoke` leave them: lines are added at their ends,
// nothing else of them is touched.
#pragma once
#include <string>
#include <vector>

#include "approvals/pins.h"
#include "approvals/trust_change.h"
#include "repl/arguments.h"

namespace countersign {

// A key for somebody; somebody new, with roles; roles for a time (a deputy). Errors: usage, config.
Result<TrustProposal> added_trust(const AcceptedTrust& accepted, const TrustPaths& paths,
                                  const Arguments& typed, Time now);

// The keys that are meant: by fingerprint, by a public key's file, or all of a principal's or of a
// person's. Errors: usage.
Result<TrustProposal> revoked_trust(const AcceptedTrust& accepted, const TrustPaths& paths,
                                    const Arguments& typed);

}  // namespace countersign
