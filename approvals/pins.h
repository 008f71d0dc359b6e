// What this home folder last accepted as trust files, so that an older copy is noticed.
#pragma once
#include <string>

#include "approvals/trust.h"
#include "interpreter/error.h"

namespace countersign {

// Kept in `trust.json` in the home folder, by the absolute path of each trust file: the digest last
// accepted and those before it, and every fingerprint the revocation list ever named. The first use
// of a file accepts it as it is. An empty `home` keeps and compares nothing.
//
// What this does not see: a new version that takes something back, other than a revocation. Who can
// write the trust files decides who may approve.
class TrustPins {
 public:
  explicit TrustPins(std::string home) : home_(std::move(home)) {}

  // Refuses (kind "refused") a version that was accepted earlier and replaced since, and a
  // revocation list that lacks a key it named before. Then remembers new revocations and, with
  // `accept`, the versions of the other files. Errors: kind "state" where trust.json is unusable.
  Status check(const Trust& trust, const TrustPaths& paths, bool accept);

 private:
  std::string home_;
};

}  // namespace countersign
