#include "approvals/public_key.h"

#include <sodium.h>

#include "approvals/ecdsa.h"
#include "approvals/rsa.h"
#include "approvals/ssh_wire.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::string_view kEd25519 = "ssh-ed25519";
constexpr std::string_view kFido = "sk-ssh-ed25519@openssh.com";
constexpr std::string_view kEcdsa = "ecdsa-sha2-nistp256";
constexpr std::string_view kRsa = "ssh-rsa";
constexpr std::string_view kCurve = "nistp256";
constexpr std::size_t kEd25519KeySize = crypto_sign_ed25519_PUBLICKEYBYTES;
constexpr std::size_t kEd25519SignatureSize = crypto_sign_ed25519_BYTES;
constexpr std::uint8_t kTouched = 0x01;  // "user present" in a token's flags
constexpr std::string_view kTypes =
    "use ssh-ed25519, sk-ssh-ed25519@openssh.com, ecdsa-sha2-nistp256, or RSA of 2048 bits or more";

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

// What a blob says, as views into it.
struct Fields {
  std::string_view type;
  std::string_view point;  // of Ed25519 and of P-256
  std::string_view application;
  std::string_view exponent;
  std::string_view modulus;
};

bool read_fields(std::string_view blob, Fields& out) {
  WireReader reader(blob);
  if (!reader.string(out.type)) return false;
  if (out.type == kEd25519) {
    if (!reader.string(out.point) || out.point.size() != kEd25519KeySize) return false;
  } else if (out.type == kFido) {
    if (!reader.string(out.point) || out.point.size() != kEd25519KeySize) return false;
    if (!reader.string(out.application) || out.application.empty()) return false;
    if (out.application.find('\0') != out.application.npos) return false;
  } else if (out.type == kEcdsa) {
    std::string_view curve;
    if (!reader.string(curve) || curve != kCurve || !reader.string(out.point)) return false;
    if (!valid_p256_point(out.point)) return false;
  } else if (out.type == kRsa) {
    if (!reader.positive(out.exponent) || !reader.positive(out.modulus)) return false;
    if (!valid_rsa_exponent(out.exponent)) return false;
  } else {
    return true;  // the caller looks at the type
  }
  return reader.at_end();
}

bool verify_ed25519(std::string_view point, std::string_view message, std::string_view signature) {
  static const int ready = sodium_init();
  const auto raw = [](std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
  };
  return ready >= 0 && signature.size() == kEd25519SignatureSize &&
         crypto_sign_verify_detached(raw(signature), raw(message), message.size(), raw(point)) == 0;
}

// What a FIDO token signs: digests of the application and the message around its own two fields.
std::string fido_message(std::string_view application, std::uint8_t flags, std::uint32_t counter,
                         std::string_view message) {
  std::string out = sha256_raw(application);
  out += static_cast<char>(flags);
  append_uint32(counter, out);
  return out + sha256_raw(message);
}

}  // namespace

std::string fingerprint(std::string_view blob) {
  std::string text = "SHA256:" + base64_encode(sha256_raw(blob));
  text.pop_back();  // 32 bytes always end in one '='
  return text;
}

bool is_fingerprint(std::string_view text) {
  constexpr std::string_view kPrefix = "SHA256:";
  constexpr std::size_t kLength = 43;
  std::string digest;
  return text.starts_with(kPrefix) && text.size() == kPrefix.size() + kLength &&
         base64_decode(std::string(text.substr(kPrefix.size())) + "=", digest);
}

Result<PublicKey> parse_public_key(std::string_view blob) {
  Fields fields;
  const bool well_formed = read_fields(blob, fields);
  const std::string type(fields.type);
  if (type != kEd25519 && type != kFido && type != kEcdsa && type != kRsa) {
    const bool printable =
        type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-@.") == type.npos;
    return refused(printable && !type.empty() ? "keys of type \"" + type + "\" cannot sign here"
                                              : "these bytes are not a public SSH key",
                   std::string(kTypes));
  }
  if (!well_formed) return refused("the " + type + " key is malformed");
  if (type == kRsa) {
    const int bits = bit_length(fields.modulus);
    if (bits < kSmallestRsaBits || bits > kLargestRsaBits)
      return refused("the RSA key has " + std::to_string(bits) + " bits", std::string(kTypes));
  }
  return PublicKey{type, std::string(blob)};
}

Result<std::string> parse_key_text(std::string_view type, std::string_view base64) {
  std::string blob;
  if (!base64_decode(base64, blob)) return refused("the key is not base64");
  WireReader reader(blob);
  std::string_view inner;
  if (!reader.string(inner)) return refused("the key is malformed");
  if (inner != type) return refused("the key's text and its bytes name different types");
  return blob;
}

Status verify_raw(const PublicKey& key, std::string_view message, std::string_view signature) {
  Fields fields;
  if (!read_fields(key.blob, fields)) return refused("the " + key.type + " key is malformed");
  WireReader reader(signature);
  std::string_view algorithm, inner;
  if (!reader.string(algorithm) || !reader.string(inner))
    return refused("the signature is cut short or malformed");

  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
  if (key.type == kFido && (!reader.byte(flags) || !reader.uint32(counter)))
    return refused("the signature is cut short or malformed");
  if (!reader.at_end()) return refused("the signature has bytes after its end");

  const bool right_algorithm = key.type == kRsa
                                   ? algorithm == "rsa-sha2-256" || algorithm == "rsa-sha2-512"
                                   : algorithm == key.type;
  if (!right_algorithm && key.type == kRsa && algorithm == kRsa)
    return refused("the signature is RSA with SHA-1", "sign with rsa-sha2-256 or rsa-sha2-512");
  if (!right_algorithm) return refused("the signature's algorithm is not one of its key");

  bool good = false;
  if (key.type == kEd25519) {
    good = verify_ed25519(fields.point, message, inner);
  } else if (key.type == kFido) {
    if ((flags & kTouched) == 0)
      return refused("the token signed without being touched",
                     "sign again with a key that was not made with `-O no-touch-required`");
    good = verify_ed25519(fields.point, fido_message(fields.application, flags, counter, message),
                          inner);
  } else if (key.type == kEcdsa) {
    EcdsaSignature parts;
    if (!parse_ecdsa(inner, parts)) return refused("the signature is cut short or malformed");
    good = verify_p256(fields.point, message, parts);
  } else {
    if (inner.size() != fields.modulus.size())
      return refused("the RSA signature is not as long as its key");
    good = verify_rsa(fields.exponent, fields.modulus, algorithm == "rsa-sha2-512" ? 512 : 256,
                      message, inner);
  }
  if (!good) return refused("the signature does not belong to this document");
  return Done{};
}

}  // namespace countersign
