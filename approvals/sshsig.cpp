#include "approvals/sshsig.h"

#include "approvals/armour.h"
#include "approvals/ssh_wire.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::string_view kMagic = "SSHSIG";
constexpr std::uint32_t kVersion = 1;

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

bool printable(std::string_view text) {
  for (const unsigned char c : text)
    if (c < 0x21 || c > 0x7E) return false;
  return !text.empty();
}

// What the key signs instead of the message itself.
std::string signed_data(const SshSignature& signature, std::string_view message) {
  std::string out(kMagic);
  append_string(signature.name_space, out);
  append_string("", out);  // reserved
  append_string(signature.hash, out);
  append_string(signature.hash == "sha512" ? sha512_raw(message) : sha256_raw(message), out);
  return out;
}

}  // namespace

Result<SshSignature> parse_signature(std::string_view armoured) {
  const auto blob = TRY(dearmour(armoured));
  WireReader reader(blob);

  std::string_view magic;
  std::uint32_t version = 0;
  if (!reader.bytes(kMagic.size(), magic) || magic != kMagic || !reader.uint32(version))
    return refused("the text is armoured like a signature but is none");
  if (version != kVersion)
    return refused("the signature has version " + std::to_string(version) + ", not 1");

  std::string_view key, name_space, reserved, hash, signature;
  if (!reader.string(key) || !reader.string(name_space) || !reader.string(reserved) ||
      !reader.string(hash) || !reader.string(signature))
    return refused("the signature is cut short or malformed");
  if (!reader.at_end()) return refused("the signature has bytes after its end");
  if (!printable(name_space))
    return refused("the signature's namespace is empty or not plain text");
  if (!reserved.empty()) return refused("the signature's reserved field is not empty");
  if (hash != "sha256" && hash != "sha512")
    return refused("the signature's hash is neither sha256 nor sha512");

  auto parsed = TRY(parse_public_key(key));
  return SshSignature{std::move(parsed), std::string(name_space), std::string(hash),
                      std::string(signature)};
}

Result<PublicKey> verify_signature(std::string_view armoured, std::string_view message,
                                   std::string_view name_space) {
  auto signature = TRY(parse_signature(armoured));
  if (signature.name_space != name_space)
    return refused("the signature is for the namespace \"" + signature.name_space +
                       "\", not for \"" + std::string(name_space) + "\"",
                   "sign with `ssh-keygen -Y sign -n " + std::string(name_space) + "`");
  TRY(verify_raw(signature.key, signed_data(signature, message), signature.signature));
  return std::move(signature.key);
}

std::string make_signature(const PublicKey& key, std::string_view message,
                           std::string_view name_space,
                           const std::function<std::string(std::string_view)>& raw) {
  const SshSignature signature{key, std::string(name_space), "sha512", ""};
  std::string blob(kMagic);
  append_uint32(kVersion, blob);
  append_string(key.blob, blob);
  append_string(name_space, blob);
  append_string("", blob);  // reserved
  append_string(signature.hash, blob);
  append_string(raw(signed_data(signature, message)), blob);
  return armour(blob);
}

}  // namespace countersign
