#include "approvals/engine_key.h"

#include <sodium.h>

#include "approvals/ssh_wire.h"
#include "approvals/sshsig.h"
#include "interpreter/digest.h"
#include "interpreter/key_file.h"

namespace countersign {
namespace {

constexpr std::string_view kType = "ssh-ed25519";

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string key_line(const PublicKey& key) {
  return key.type + " " + base64_encode(key.blob);
}

EngineKey::EngineKey(std::string public_key, std::string secret_key)
    : public_(std::move(public_key)), secret_(std::move(secret_key)) {}

Result<EngineKey> EngineKey::of_home(const std::string& home) {
  static const int ready = sodium_init();
  if (ready < 0) return Error{"state", "libsodium cannot be used"};
  const std::string seed =
      TRY(read_or_make_key(home + "/closing_key", "the key that closes runs",
                           "without it runs that name it cannot be closed any more"));
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0'),
      secret_key(crypto_sign_SECRETKEYBYTES, '\0');
  static_assert(crypto_sign_SEEDBYTES == 32);
  crypto_sign_seed_keypair(bytes(public_key), bytes(secret_key), bytes(std::string_view(seed)));
  return EngineKey(std::move(public_key), std::move(secret_key));
}

std::string EngineKey::blob() const {
  std::string out;
  append_string(kType, out);
  append_string(public_, out);
  return out;
}

std::string EngineKey::public_line() const {
  return key_line({std::string(kType), blob()});
}

std::string EngineKey::sign(std::string_view document, std::string_view name_space) const {
  const auto raw = [this](std::string_view message) {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes(signature), nullptr, bytes(message), message.size(),
                         bytes(std::string_view(secret_)));
    std::string out;
    append_string(kType, out);
    append_string(signature, out);
    return out;
  };
  return make_signature({std::string(kType), blob()}, document, name_space, raw);
}

}  // namespace countersign
