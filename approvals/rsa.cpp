// Deprecated in OpenSSL 3 in favour of EVP; see ecdsa.cpp.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "approvals/rsa.h"

#include <openssl/bn.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>

#include <bit>
#include <memory>
#include <string>

#include "interpreter/digest.h"

namespace countersign {
namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

BIGNUM* number(std::string_view magnitude) {
  return BN_bin2bn(raw(magnitude), static_cast<int>(magnitude.size()), nullptr);
}

}  // namespace

int bit_length(std::string_view magnitude) {
  if (magnitude.empty()) return 0;
  const int first = std::bit_width(static_cast<unsigned>(static_cast<unsigned char>(magnitude[0])));
  return first + 8 * static_cast<int>(magnitude.size() - 1);
}

bool valid_rsa_exponent(std::string_view exponent) {
  const int bits = bit_length(exponent);
  return bits >= 2 && bits <= 64 && (exponent.back() & 1) == 1;
}

bool verify_rsa(std::string_view exponent, std::string_view modulus, int hash_bits,
                std::string_view message, std::string_view signature) {
  if (signature.size() != modulus.size()) return false;
  const std::unique_ptr<RSA, void (*)(RSA*)> key(RSA_new(), RSA_free);
  if (!key || RSA_set0_key(key.get(), number(modulus), number(exponent), nullptr) != 1)
    return false;
  const std::string digest = hash_bits == 512 ? sha512_raw(message) : sha256_raw(message);
  return RSA_verify(hash_bits == 512 ? NID_sha512 : NID_sha256, raw(digest),
                    static_cast<unsigned>(digest.size()), raw(signature),
                    static_cast<unsigned>(signature.size()), key.get()) == 1;
}

}  // namespace countersign
