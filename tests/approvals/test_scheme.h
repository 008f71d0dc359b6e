// A second scheme of signatures, as simple as one can be: the key is a word, and a signature says
// it, the namespace and a digest. Whoever knows the word can sign: for tests only.
#pragma once
#include <string>

#include "approvals/signature_scheme.h"

namespace countersign {

class TestScheme final : public SignatureScheme {
 public:
  // "test-key BASE64", as allowed_signers writes it, and its fingerprint.
  static std::string line(const std::string& word);
  static std::string print(const std::string& word);
  static std::string sign(const std::string& word, const std::string& document,
                          const std::string& name_space = "countersign-decision");

  bool reads_key(std::string_view type) const override;
  bool reads_signature(std::string_view signature) const override;
  Result<std::string> key_bytes(std::string_view type, std::string_view base64) const override;
  Result<PublicKey> key(std::string_view type, std::string_view bytes) const override;
  Result<PublicKey> claimed_key(std::string_view signature) const override;
  Result<PublicKey> verify(std::string_view signature, std::string_view message,
                           std::string_view name_space) const override;
};

}  // namespace countersign
