// A public SSH key: read strictly, compared by its blob, able to check a signature.
#pragma once
#include <string>
#include <string_view>

#include "interpreter/error.h"

namespace countersign {

// A key of one of the four types that may sign. A key has exactly one blob here (minimal integers,
// uncompressed points), so equal keys have equal blobs and one fingerprint.
struct PublicKey {
  std::string type;  // "ssh-ed25519" "sk-ssh-ed25519@openssh.com" "ecdsa-sha2-nistp256" "ssh-rsa"
  std::string blob;

  bool operator==(const PublicKey& other) const { return blob == other.blob; }
};

// "SHA256:" and 43 characters, as ssh-keygen -l prints it.
std::string fingerprint(std::string_view blob);
bool is_fingerprint(std::string_view text);

// Errors (kind "refused") name the type where it is not one of the four, and what is wrong with the
// key otherwise: an RSA modulus below 2048 bits, a point off the curve, bytes left over.
Result<PublicKey> parse_public_key(std::string_view blob);

// The blob of `type base64`, any type: form only, the type inside must be the type outside.
Result<std::string> parse_key_text(std::string_view type, std::string_view base64);

// Whether `signature` (the wire form: algorithm, signature, what FIDO adds) is the key's over
// `message`. Errors (kind "refused") say which requirement failed.
Status verify_raw(const PublicKey& key, std::string_view message, std::string_view signature);

}  // namespace countersign
