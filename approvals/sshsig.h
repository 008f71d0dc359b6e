// OpenSSH's detached signatures (PROTOCOL.sshsig). Whatever is accepted here, `ssh-keygen -Y
// verify` accepts; docs/formats/signatures.md lists what it accepts and this does not.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "approvals/public_key.h"
#include "approvals/signature_scheme.h"  // the namespaces
#include "interpreter/error.h"

namespace countersign {

struct SshSignature {
  PublicKey key;
  std::string name_space;
  std::string hash;       // "sha256" "sha512"
  std::string signature;  // wire form, as verify_raw takes it
};

// Form only: nothing is verified yet. Errors (kind "refused") say what is wrong.
Result<SshSignature> parse_signature(std::string_view armoured);

// Parses `armoured` and verifies it over exactly the bytes of `message` for `name_space`; the key
// that signed. Whose key it is, and whether it may sign, is for allowed_signers to say.
Result<PublicKey> verify_signature(std::string_view armoured, std::string_view message,
                                   std::string_view name_space);

// The armoured signature of `key` over `message`; `raw` makes the key's own, in wire form.
std::string make_signature(const PublicKey& key, std::string_view message,
                           std::string_view name_space,
                           const std::function<std::string(std::string_view)>& raw);

}  // namespace countersign
