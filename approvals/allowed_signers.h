// Who may sign: OpenSSH's allowed_signers file (ssh-keygen(1), "ALLOWED SIGNERS"), read strictly.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "approvals/public_key.h"
#include "approvals/signature_scheme.h"
#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

// One line: these principals sign with this key, in these namespaces, within this time.
struct SignerLine {
  std::vector<std::string> principals;    // literal names, no patterns
  std::optional<std::string> namespaces;  // a pattern list; absent: every namespace
  std::optional<Time> valid_after;
  std::optional<Time> valid_before;
  PublicKey key;
  std::string comment;
  int line = 0;
};

struct AllowedSigners {
  std::vector<SignerLine> lines;
};

// `path` is for the errors (kind "config", with the line). One line that cannot be understood, is a
// certificate authority, names a pattern as principal or a time without Z spoils the file: a trust
// file is understood as a whole or not used.
Result<AllowedSigners> parse_allowed_signers(std::string_view text, const std::string& path,
                                             const SignatureScheme& scheme = ssh_signatures());

// The principals that `key` may sign as in `name_space` at `now`. Errors (kind "refused"): the key
// is not in the file, not for this namespace, not yet or no longer valid.
Result<std::vector<std::string>> principals_of(const AllowedSigners& signers, const PublicKey& key,
                                               std::string_view name_space, Time now);

}  // namespace countersign
