// Whether an evidence folder is what it says: from its files alone, without network, home or
// configuration. docs/formats/evidence.md says what this sees, and what nobody can see.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "approvals/allowed_signers.h"
#include "approvals/evidence/dossier.h"
#include "approvals/evidence/folder.h"

namespace countersign {

struct Verdict {
  std::string run;                     // its id, where it could be read
  std::vector<std::string> checked;    // what was looked at and found right, in order
  std::vector<std::string> unchecked;  // what was not looked at, and why
  std::optional<Flaw> wrong;           // the first thing that is wrong
  bool anchored = false;               // the keys were found in a file from outside
  bool policy_known = false;           // and the policy is that of a file from outside
  std::vector<std::string> policies;   // their digests: roles rest on them

  std::string word() const;  // "wrong" "authentic" "consistent, not authenticated"
};

// Writes the pages for people of a dossier into its files.
using PageWriter = std::function<void(Dossier&)>;

struct VerifyOptions {
  const AllowedSigners* signers = nullptr;  // from outside
  std::string policy_sha256;                // of a policy from outside; empty: none was given
  std::string version;                      // of this program
  PageWriter pages;  // pages are compared where this version wrote the folder
};

Verdict verify_evidence(const EvidenceFiles& files, const VerifyOptions& options);

}  // namespace countersign
