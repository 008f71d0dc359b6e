// The seam to signatures: how keys are read and what is signed with them is verified. Whose key it
// is, and whether it may sign, is for the trust files to say, whatever the scheme. In the program:
// OpenSSH's (ssh_signatures); a second one goes through the same decisions in tests/approvals.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "approvals/public_key.h"
#include "interpreter/error.h"

namespace countersign {

// The namespaces: a request is signed by who asks, a closing by the engine, everything else is an
// answer. A signature for one is good for no other.
inline constexpr std::string_view kRequestNamespace = "countersign-request";
inline constexpr std::string_view kDecisionNamespace = "countersign-decision";
inline constexpr std::string_view kClosingNamespace = "countersign-closing";

// Every member may be called from any thread. Errors are of kind "refused" and say what is wrong.
class SignatureScheme {
 public:
  virtual ~SignatureScheme() = default;

  // Whether keys of this type, as a trust file writes it before the key, are read by this scheme;
  // and whether this, by its form, is a signature for it. Both may be wrong otherwise.
  virtual bool reads_key(std::string_view type) const = 0;
  virtual bool reads_signature(std::string_view signature) const = 0;

  // The bytes of a key as a trust file writes it, `type base64`. Form only: a key that may not sign
  // can be revoked all the same.
  virtual Result<std::string> key_bytes(std::string_view type, std::string_view base64) const = 0;
  // The key of these bytes, where keys like it may sign.
  virtual Result<PublicKey> key(std::string_view type, std::string_view bytes) const = 0;

  // The key that a signature says made it. Form only: nothing is verified yet.
  virtual Result<PublicKey> claimed_key(std::string_view signature) const = 0;
  // The key that made `signature` over exactly the bytes of `message` for `name_space`.
  virtual Result<PublicKey> verify(std::string_view signature, std::string_view message,
                                   std::string_view name_space) const = 0;
};

// OpenSSH's keys and its detached signatures (sshsig.h).
const SignatureScheme& ssh_signatures();

// Several as one: each key and each signature is read by the first scheme that knows its form; what
// none knows, by the first of all. There is at least one, and they outlive this.
class SignatureSchemes final : public SignatureScheme {
 public:
  explicit SignatureSchemes(std::vector<const SignatureScheme*> all) : all_(std::move(all)) {}

  bool reads_key(std::string_view type) const override;
  bool reads_signature(std::string_view signature) const override;
  Result<std::string> key_bytes(std::string_view type, std::string_view base64) const override;
  Result<PublicKey> key(std::string_view type, std::string_view bytes) const override;
  Result<PublicKey> claimed_key(std::string_view signature) const override;
  Result<PublicKey> verify(std::string_view signature, std::string_view message,
                           std::string_view name_space) const override;

 private:
  const SignatureScheme& of_key(std::string_view type) const;
  const SignatureScheme& of_signature(std::string_view signature) const;

  std::vector<const SignatureScheme*> all_;
};

}  // namespace countersign
