// A copy of evidence without what belongs to people: phone numbers, e-mail and IP addresses, and
// the names of people and things. Each is replaced by the same words wherever it stands ("[number
// 3]"), so that the story can still be followed.
//
// Such a copy proves nothing: what was replaced changed the bytes that are signed. It says so
// itself, and names the MANIFEST of the original, which does verify.
//
// Not found: numbers without their +, names that stand in no field of their own, addresses of
// houses.
#pragma once
#include <map>
#include <string>

#include "approvals/evidence/folder.h"
#include "approvals/evidence/verification.h"

namespace countersign {

inline constexpr const char* kRedacted = "REDACTED.json";

struct Redacted {
  EvidenceFiles files;
  std::map<std::string, std::size_t> replaced;  // "numbers", "addresses", "names": how many kinds
};

// `files`: the whole folder, its MANIFEST included.
Redacted redacted(const EvidenceFiles& files, const std::string& run);

// Why a redacted copy does not verify; nothing where the folder is none.
std::optional<VerificationError> redacted_copy(const EvidenceFiles& files);

}  // namespace countersign
