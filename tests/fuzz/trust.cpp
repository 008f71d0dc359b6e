// Signatures and the files that say whose they are.
#include "approvals/allowed_signers.h"
#include "approvals/armour.h"
#include "approvals/policy.h"
#include "approvals/revocations.h"
#include "approvals/sshsig.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {

// As text first; what is no armour is put into one, so that the blob is reached without guessing
// base64.
void play_sshsig(std::string_view bytes) {
  const std::string armoured = bytes.starts_with("-----BEGIN") ? std::string(bytes) : armour(bytes);
  const auto signature = parse_signature(armoured);
  const auto verified = verify_signature(armoured, "message", kDecisionNamespace);
  expect(signature || !verified, "what is verified has been read");
  if (!signature) return expect(signature.error().kind == "refused", "it is refused");
  const auto key = parse_public_key(signature->key.blob);
  expect(key && *key == signature->key, "a key reads back from its blob");
}

void play_allowed_signers(std::string_view bytes) {
  const auto signers = parse_allowed_signers(bytes, "allowed_signers");
  if (!signers) expect(signers.error().kind == "config", "the file is named as what is wrong");
  const auto revoked = parse_revocations(bytes, "revoked");
  if (!revoked) return expect(revoked.error().kind == "config", "the file is named as wrong");
  for (const std::string& one : revoked->fingerprints)
    expect(is_fingerprint(one), "a revocation is a fingerprint");
}

void play_policy(std::string_view bytes) {
  const auto policy = parse_policy(bytes, "policy.toml");
  if (!policy) return expect(policy.error().kind == "config", "the file is named as what is wrong");
}

}  // namespace countersign::fuzz
