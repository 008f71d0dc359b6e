// Who could sign what at the time of each record: the trust files that records name by digest.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "approvals/evidence/folder.h"
#include "approvals/trust.h"
#include "interpreter/authorizer.h"
#include "interpreter/journal.h"

namespace countersign {

class TrustHistory {
 public:
  explicit TrustHistory(const Documents& documents);

  // Turns to the files that the record names. Revocations may only grow from record to record.
  std::optional<VerificationError> turn_to(const Record& record);

  // Decides by the files turned to last, as the engine did by those of its day.
  Authorizer& authorizer() { return *authorizer_; }
  const std::map<std::string, Trust>& versions() const { return versions_; }

 private:
  const Documents& documents_;
  std::map<std::string, Trust> versions_;  // by the digests of all three files
  const Trust* now_ = nullptr;
  std::unique_ptr<Authorizer> authorizer_;
};

// Whether the allowed_signers in the evidence give any key more than `outside` does: a principal, a
// namespace or a time.
std::optional<VerificationError> check_anchor(const TrustHistory& history,
                                              const AllowedSigners& outside);

// Whether every policy in the evidence is the one of this digest; empty: any is.
std::optional<VerificationError> check_policy(const TrustHistory& history,
                                              const std::string& sha256);

}  // namespace countersign
