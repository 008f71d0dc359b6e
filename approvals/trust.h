// The three trust files together: who may sign, whose key no longer counts, what a change needs.
// Also what `countersign init` and `countersign trust` show and write.
#pragma once
#include <string>
#include <vector>

#include "approvals/allowed_signers.h"
#include "approvals/policy.h"
#include "approvals/revocations.h"
#include "interpreter/error.h"

namespace countersign {

struct TrustPaths {
  std::string allowed_signers;
  std::string revoked;
  std::string policy;
  // The file that names these; empty: none does. Once it has, naming others is a change too.
  std::string configuration = {};
  // How the keys in them are read, and what people sign is verified; it outlives what it reads.
  const SignatureScheme* signatures = &ssh_signatures();
};

// The files as they were at one reading; digests are of their bytes.
struct Trust {
  AllowedSigners signers;
  Revocations revocations;
  Policy policy;
  std::string signers_sha256;
  std::string revoked_sha256;
  std::string policy_sha256;
  std::string signers_text;
  std::string policy_text;
  const SignatureScheme* signatures = &ssh_signatures();
};

// Errors: kind "config". No file may be missing, not even an empty revocation list.
Result<Trust> load_trust(const TrustPaths& paths);

// The same from what the files hold; `names` stand in the errors.
Result<Trust> parse_trust(const std::string& allowed_signers, const std::string& revoked,
                          const std::string& policy, const TrustPaths& names);

struct Signer {
  std::string principal;
  std::string person;
  std::vector<std::string> roles;
};

// Who signs with `key` in `name_space` at `now`. Errors (kind "refused"): revoked, unknown, not for
// this namespace, not valid now, of nobody in [people], or of two people.
Result<Signer> identify(const Trust& trust, const PublicKey& key, std::string_view name_space,
                        Time now);

// One row for every principal of every key, in the order of allowed_signers.
struct TrustedKey {
  std::string person;  // empty: the principal is nobody's in policy.toml
  std::string principal;
  std::vector<std::string> roles;
  std::string type;
  std::string fingerprint;
  std::string namespaces;   // empty: all
  std::string valid_after;  // "2026-11-20T18:00:00Z" or empty
  std::string valid_before;
  std::string comment;
  std::string state;  // "valid" "revoked" "expired" "not yet valid" "nobody's"
};
std::vector<TrustedKey> list_keys(const Trust& trust, Time now);

// What is worth a person's look although the files can be used: a rule that nobody can fulfil, a
// person without a key, a key of two people, a file that others may write. `where` is the file.
std::vector<Error> check_trust(const Trust& trust, const TrustPaths& paths, Time now);

// What `init` starts from: one person with one key, who may ask and approve alone. The files must
// not exist yet. `public_key` is the line of a .pub file.
struct FirstPerson {
  std::string name;
  std::string principal;
  std::string public_key;
  std::vector<std::string> roles = {"operator", "approver"};
};
Status write_initial_trust(const TrustPaths& paths, const FirstPerson& person);

}  // namespace countersign
