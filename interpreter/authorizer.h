// The seam between a run and the people who decide on it. The interpreter knows no keys: it hands
// over canonical documents and asks whether what came back allows the next operation.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

// Seconds since the Unix epoch, on the run's clock (the simulator's for a simulated endpoint).
using Time = std::int64_t;

// A document and the detached signature over exactly these bytes. A request that policy lets go
// unsigned has an empty signature.
struct Signed {
  std::string document;
  std::string signature;
};

// What one signed answer was found to say.
struct Answer {
  std::string type;       // "decision" "attestation" "sign-off" "settlement" "latch"
  std::string verdict;    // decision: "approve" "reject"; attestation and sign-off: "pass" "fail";
                          // settlement: "applied" "not-applied" "adopt"; latch: "freeze" "thaw"
  std::string principal;  // whose key signed, as allowed_signers names it
  std::string person;     // the person of policy.toml that principal belongs to
  std::vector<std::string> roles;
  std::string reference;  // the written approval it refers to; may be empty
  std::string reason;     // why rejected, or the note; may be empty
  std::string document_sha256;
  Time not_before = 0,
       not_after = 0;       // of an approval: when it may be used; 0: no bound of its own
  std::string break_glass;  // why an approval goes past the quorum; empty: it does not
  std::string review;       // the role that has to review such an approval afterwards
};

// Makes the page that tells people what the request says, keeps it, and returns its sha256.
using PageMaker = std::function<std::string(const nlohmann::json& request)>;

class Authorizer {
 public:
  virtual ~Authorizer() = default;

  // Completes `draft` (docs/formats/request.md: all that the run knows) with what policy and trust
  // files say: requires, separation, decide_by, trust digests, requester, nonce. Canonical; signed
  // by the requester where policy demands separation. `page`, where there is one, is asked for the
  // page of all that people decide on, and the request names it as "plan_text". Errors: refused
  // (policy has no rule), config.
  virtual Result<Signed> request(const nlohmann::json& draft, Time now,
                                 const PageMaker& page = {}) = 0;

  // Examines one answer to `subject` (the request's bytes for a decision; the digest text of the
  // evidence or the checklist item's document otherwise, see `answer_document`): form, binding,
  // signature, signer, validity at `now`, revocation. Does not count roles.
  virtual Result<Answer> examine(const std::string& subject, const Signed& answer, Time now) = 0;

  // Whether `decisions` together allow the plan of `request` at `now`: every role filled by a
  // different person, none of them the requester where separation is demanded, no rejection, trust
  // and policy unchanged but for grown revocations. Asked again before every mutation, so it reads
  // the trust files anew. `begun`: the decision was consumed earlier, inside decide_by, and this is
  // its use. Errors: "waiting", more approvals are needed; "early", enough of them hold, but not
  // yet; refused.
  virtual Status authorize(const Signed& request, const std::vector<Signed>& decisions, Time now,
                           bool begun) = 0;

  // Whether the answers' signers hold `roles` (each filled by a different person): sign-off,
  // attestations by role.
  virtual Status holds(const std::vector<Answer>& answers,
                       const std::vector<std::string>& roles) = 0;

  // Whether who answered may let changes through again where they were blocked: one of those who
  // approve changes.
  virtual Status may_lift(const Answer& answer) = 0;

  // The trust files as they are now, by name ("allowed_signers", "revoked", "policy"): kept with a
  // run, so that who could sign what at the time can be seen from its evidence alone.
  virtual std::map<std::string, std::string> trust_files() = 0;
};

// The default: nobody may approve anything.
std::unique_ptr<Authorizer> deny_everything();

}  // namespace countersign
