// The engine's own key, which closes runs that no person's signature ends: Ed25519, its seed in
// <home>/closing_key. It proves that an engine with this state folder wrote the end, to everybody
// who could not read that folder. It proves nothing about who can, and it approves nothing:
// allowed_signers does not name it, and what it signs has a namespace of its own.
#pragma once
#include <string>
#include <string_view>

#include "approvals/public_key.h"
#include "interpreter/error.h"

namespace countersign {

// "ssh-ed25519 AAAA…", as in a .pub file without its comment.
std::string key_line(const PublicKey& key);

class EngineKey {
 public:
  // Made where it is missing. Errors: kind "state".
  static Result<EngineKey> of_home(const std::string& home);

  std::string public_line() const;
  // Armoured, as `ssh-keygen -Y sign` makes it: the same document always has the same signature.
  std::string sign(std::string_view document, std::string_view name_space) const;

 private:
  EngineKey(std::string public_key, std::string secret_key);
  std::string blob() const;
  std::string public_, secret_;
};

}  // namespace countersign
