// A change of the trust files, decided by those that were accepted before it: it waits in the home
// folder until enough people signed it, by the policy and the signers that it replaces.
//
// The order of what is written: the texts and the change (trust/SHA256), then that it waits
// (trust.json), each signature, and once they are enough the trust files themselves, then what is
// accepted now. Who is interrupted before the last finds the change still waiting, with every
// signature, and `finish` does the rest.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "approvals/pins.h"
#include "approvals/quorum.h"
#include "approvals/signing.h"
#include "approvals/trust.h"
#include "interpreter/authorizer.h"

namespace countersign {

inline constexpr Time kTrustChangeWaits = 7 * 24 * 3600;  // seconds; then it is proposed anew

struct TrustProposal {
  std::string signers, policy;      // the whole texts as they are to be
  std::vector<std::string> revoke;  // fingerprints
  std::string reason;
  std::string requester;  // principal of who proposes
};

// The change that waits.
struct PendingTrust {
  std::string document;  // canonical; what is signed names its digest
  std::string sha256;
  std::string request;              // the signature of who proposes; empty where none is demanded
  nlohmann::json change;            // the document's value
  std::string signers, policy;      // the texts it leads to
  std::vector<std::string> people;  // whose signatures count now
  Roles missing;                    // empty: it is accepted as soon as it is finished
};

class TrustChanges {
 public:
  TrustChanges(std::string home, TrustPaths paths)
      : home_(std::move(home)), paths_(std::move(paths)) {}

  // Makes it the change that waits, in the place of one before. Where a rule demands separation,
  // `sign` signs it for who proposes. Errors: refused (the files are not those that were accepted,
  // a version that was superseded, who proposes is nobody), config (the new texts cannot be used),
  // usage (nothing would change).
  Result<PendingTrust> propose(const TrustProposal& proposal, const SignFunction& sign, Time now);

  // Makes a change that was proposed in another state folder the one that waits in this one, where
  // the same was accepted last: `document` and `request` as they were written there. Errors:
  // refused (it is not what a proposal made here from the same files would say).
  Result<PendingTrust> take_over(const std::string& document, const std::string& request,
                                 const std::string& signers, const std::string& policy, Time now);
  // Whether it waits here, or was accepted here.
  Result<bool> known(const std::string& sha256) const;

  // Nothing: none waits. Errors: state.
  Result<std::optional<PendingTrust>> pending(Time now) const;

  // Takes in a signed `trust_document` and finishes what is then decided; what is missing stands in
  // the answer. Errors: refused, with the reason.
  Result<PendingTrust> vote(const Signed& answer, Time now);

  // Whether a signature of this principal's could count for the change that waits.
  Result<bool> may_vote(const std::string& principal, Time now) const;

 private:
  Status keep(const PendingTrust& pending) const;
  Status finish(PinsFile& file, const PendingTrust& pending, Time now);

  std::string home_;
  TrustPaths paths_;
};

}  // namespace countersign
