// OpenSSH's scheme behind the seam.
#include "approvals/armour.h"
#include "approvals/signature_scheme.h"
#include "approvals/sshsig.h"

namespace countersign {
namespace {

class SshScheme final : public SignatureScheme {
 public:
  // Any type that OpenSSH may have: which of them may sign, `key` says.
  bool reads_key(std::string_view type) const override {
    return type.starts_with("ssh-") || type.starts_with("ecdsa-") || type.starts_with("sk-") ||
           type.starts_with("rsa-");
  }
  bool reads_signature(std::string_view signature) const override {
    return static_cast<bool>(dearmour(signature));
  }
  Result<std::string> key_bytes(std::string_view type, std::string_view base64) const override {
    return parse_key_text(type, base64);
  }
  Result<PublicKey> key(std::string_view, std::string_view bytes) const override {
    return parse_public_key(bytes);
  }
  Result<PublicKey> claimed_key(std::string_view signature) const override {
    auto parsed = TRY(parse_signature(signature));
    return std::move(parsed.key);
  }
  Result<PublicKey> verify(std::string_view signature, std::string_view message,
                           std::string_view name_space) const override {
    return verify_signature(signature, message, name_space);
  }
};

}  // namespace

const SignatureScheme& ssh_signatures() {
  static const SshScheme scheme;
  return scheme;
}

}  // namespace countersign
