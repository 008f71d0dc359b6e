#include "approvals/rsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include <bit>

#include "approvals/evp_key.h"

namespace countersign {
namespace {

using Number = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;

Number number(std::string_view magnitude) {
  return Number(BN_bin2bn(raw_bytes(magnitude), static_cast<int>(magnitude.size()), nullptr));
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
  const Number n = number(modulus);
  const Number e = number(exponent);
  const KeyParameters parts(OSSL_PARAM_BLD_new());
  if (!n || !e || !parts ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return false;
  // The padding is PKCS #1 v1.5 where nothing else is asked for.
  const EvpKey key = public_evp_key("RSA", parts.get());
  return key && evp_verify(key.get(), hash_bits == 512 ? "SHA512" : "SHA256", message, signature);
}

}  // namespace countersign
