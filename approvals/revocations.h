// Keys that no longer count (docs/formats/revocations.md).
#pragma once
#include <set>
#include <string>
#include <string_view>

#include "approvals/signature_scheme.h"
#include "interpreter/error.h"

namespace countersign {

// The comment line that says an otherwise empty list is meant to be empty.
inline constexpr std::string_view kRevocationsHeader = "# countersign revocations";

struct Revocations {
  std::set<std::string> fingerprints;  // "SHA256:…"
};

// Errors (kind "config", with the line): anything that is neither key, fingerprint nor comment, and
// a list without entries that does not start with the header: it could as well be a failed copy.
Result<Revocations> parse_revocations(std::string_view text, const std::string& path,
                                      const SignatureScheme& scheme = ssh_signatures());

}  // namespace countersign
