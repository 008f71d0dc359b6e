#include "approvals/evidence/trust_history.h"

#include <algorithm>

#include "approvals/pattern.h"
#include "approvals/signature_scheme.h"
#include "approvals/signed_authorizer.h"

namespace countersign {
namespace {

bool allows(const SignerLine& line, std::string_view name_space) {
  return !line.namespaces || matches_pattern_list(name_space, *line.namespaces);
}

// Whether `outside` lets the principal sign for the namespace with the line's key whenever the line
// does.
bool covers(const SignerLine& outside, const SignerLine& line, const std::string& principal,
            std::string_view name_space) {
  const auto& names = outside.principals;
  return outside.key == line.key &&
         std::find(names.begin(), names.end(), principal) != names.end() &&
         allows(outside, name_space) &&
         (!outside.valid_after ||
          (line.valid_after && *line.valid_after >= *outside.valid_after)) &&
         (!outside.valid_before ||
          (line.valid_before && *line.valid_before <= *outside.valid_before));
}

std::string trust_file(const std::string& sha256) {
  return "trust/allowed_signers-" + sha256.substr(0, 12);
}

}  // namespace

TrustHistory::TrustHistory(const Documents& documents) : documents_(documents) {
  AuthorizerSettings settings;
  settings.read = [this]() -> Result<Trust> {
    if (now_ != nullptr) return *now_;
    return Error{"refused", "the journal names no trust files before this record"};
  };
  authorizer_ = signed_authorizer(std::move(settings));
}

std::optional<VerificationError> TrustHistory::turn_to(const Record& record) {
  const auto bad = [&](const std::string& what) {
    return VerificationError{"journal.jsonl", record.seq, what};
  };
  const json& names = record.body.value("trust", json::object());
  std::string texts[3], digests;
  const char* files[] = {"allowed_signers", "revoked", "policy"};
  for (int i = 0; i < 3; ++i) {
    if (!names.value(files[i], json()).is_string())
      return bad(std::string("it does not name the file \"") + files[i] +
                 "\" by which its signature counted");
    const std::string sha256 = names[files[i]].get<std::string>();
    const Result<std::string> bytes = documents_.get(sha256);
    if (!bytes)
      return VerificationError{
          "documents/" + sha256, record.seq,
          std::string("the trust file \"") + files[i] + "\" of this record is missing"};
    texts[i] = *bytes;
    digests += sha256;
  }
  auto at = versions_.find(digests);
  if (at == versions_.end()) {
    Result<Trust> trust = parse_trust(texts[0], texts[1], texts[2], {files[0], files[1], files[2]});
    if (!trust) return bad("its trust files cannot be used: " + trust.error().message);
    at = versions_.emplace(digests, std::move(*trust)).first;
  }
  if (now_ != nullptr)
    for (const std::string& key : now_->revocations.fingerprints)
      if (at->second.revocations.fingerprints.count(key) == 0)
        return bad("its revocation list lacks the key " + key +
                   ", which was revoked before: such a list only grows");
  now_ = &at->second;
  return std::nullopt;
}

std::optional<VerificationError> check_anchor(const TrustHistory& history,
                                              const AllowedSigners& outside) {
  for (const auto& [digests, trust] : history.versions())
    for (const SignerLine& line : trust.signers.lines)
      for (const std::string& principal : line.principals)
        for (const std::string_view name_space : {kRequestNamespace, kDecisionNamespace}) {
          if (!allows(line, name_space)) continue;
          if (std::any_of(outside.lines.begin(), outside.lines.end(), [&](const SignerLine& one) {
                return covers(one, line, principal, name_space);
              }))
            continue;
          return VerificationError{
              trust_file(trust.signers_sha256), 0,
              "it lets \"" + principal + "\" sign in the namespace \"" + std::string(name_space) +
                  "\" with the key " + fingerprint(line.key.blob) +
                  ", and the file given with --signers does not, or not for as long"};
        }
  return std::nullopt;
}

std::optional<VerificationError> check_policy(const TrustHistory& history,
                                              const std::string& sha256) {
  if (sha256.empty()) return std::nullopt;
  for (const auto& [digests, trust] : history.versions())
    if (trust.policy_sha256 != sha256)
      return VerificationError{
          "trust/policy-" + trust.policy_sha256.substr(0, 12) + ".toml", 0,
          "something was decided by this policy, whose digest is " + trust.policy_sha256 +
              ", and not by the file given with --policy, whose digest is " + sha256};
  return std::nullopt;
}

}  // namespace countersign
