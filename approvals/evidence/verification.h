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

// How the records end.
struct End {
  std::int64_t records = 0;
  std::int64_t signed_to = 0;  // the last that a person's signature covers; 0: none
  bool is_signed = false;      // whether it covers the end
  bool finished = false;       // the run has ended
  bool closed = false;         // the engine closed it, with `key`
  std::string key;             // its fingerprint
  bool key_signed = false;     // a person's signature names that key
};

struct Verdict {
  std::string run;                         // its id, where it could be read
  std::vector<std::string> checked;        // what was looked at and found right, in order
  std::vector<std::string> unchecked;      // what was not looked at, and why
  std::optional<VerificationError> wrong;  // the first thing that is wrong
  bool anchored = false;                   // the keys were found in a file from outside
  bool policy_known = false;               // and the policy is that of a file from outside
  std::vector<std::string> policies;       // their digests: roles rest on them
  End end;

  // "wrong"; "end not signed": nothing is wrong, but no person's signature covers the end, so it is
  // not called anything better; "authentic"; "consistent, not authenticated".
  std::string word() const;
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
