#include "approvals/ecdsa.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "approvals/evp_key.h"
#include "approvals/ssh_wire.h"
#include "interpreter/crypto_library.h"

namespace countersign {
namespace {

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;

constexpr std::size_t kPointSize = 65;
constexpr std::string_view kOrder(
    "\xFF\xFF\xFF\xFF\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
    "\xBC\xE6\xFA\xAD\xA7\x17\x9E\x84\xF3\xB9\xCA\xC2\xFC\x63\x25\x51",
    32);

// `magnitude` has no leading zeros, so of equal lengths the bytes decide.
bool below_order(std::string_view magnitude) {
  return magnitude.size() < kOrder.size() ||
         (magnitude.size() == kOrder.size() && magnitude < kOrder);
}

// Null where the point is not on the curve, or is not in the one encoding that is read.
EvpKey key_of(std::string_view point) {
  if (point.size() != kPointSize || point[0] != 4) return nullptr;
  const KeyParameters parts(OSSL_PARAM_BLD_new());
  if (!parts ||
      OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return nullptr;
  EvpKey key = public_evp_key("EC", parts.get());
  if (!key) return nullptr;
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(crypto_library(), key.get(), nullptr));
  const bool good = check && EVP_PKEY_public_check(check.get()) == 1;
  ERR_clear_error();
  return good ? std::move(key) : nullptr;
}

// DER: a tag, a length below 128, and the contents, which here are never longer.
std::string der(char tag, std::string_view contents) {
  std::string out = {tag, static_cast<char>(contents.size())};
  return out.append(contents);
}

std::string der_integer(std::string_view magnitude) {
  const bool pad = (static_cast<unsigned char>(magnitude[0]) & 0x80) != 0;
  return der(0x02, std::string(pad ? 1 : 0, '\0').append(magnitude));
}

}  // namespace

bool parse_ecdsa(std::string_view blob, EcdsaSignature& out) {
  WireReader reader(blob);
  std::string_view r, s;
  if (!reader.positive(r) || !reader.positive(s) || !reader.at_end()) return false;
  if (!below_order(r) || !below_order(s)) return false;
  out = {std::string(r), std::string(s)};
  return true;
}

bool valid_p256_point(std::string_view point) {
  return key_of(point) != nullptr;
}

bool verify_p256(std::string_view point, std::string_view message,
                 const EcdsaSignature& signature) {
  const EvpKey key = key_of(point);
  return key && evp_verify(key.get(), "SHA256", message,
                           der(0x30, der_integer(signature.r) + der_integer(signature.s)));
}

}  // namespace countersign
