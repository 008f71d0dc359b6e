// The key functions by curve are deprecated in OpenSSL 3 in favour of EVP, which builds the same
// key from a list of named parameters; they are shorter, and checked the same way.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "approvals/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include <memory>

#include "approvals/wire.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Key = std::unique_ptr<EC_KEY, Freer<EC_KEY_free>>;

constexpr std::size_t kPointSize = 65;
constexpr char kOrder[] = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Number number(std::string_view magnitude) {
  return Number(BN_bin2bn(raw(magnitude), static_cast<int>(magnitude.size()), nullptr));
}

Number order() {
  BIGNUM* n = nullptr;
  BN_hex2bn(&n, kOrder);
  return Number(n);
}

std::string magnitude(const BIGNUM* value) {
  std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

// Null where the point is not on the curve, or is not in the one encoding that is read.
Key key_of(std::string_view point) {
  if (point.size() != kPointSize || point[0] != 4) return nullptr;
  Key key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  if (!key || EC_KEY_oct2key(key.get(), raw(point), point.size(), nullptr) != 1) return nullptr;
  return EC_KEY_check_key(key.get()) == 1 ? std::move(key) : nullptr;
}

}  // namespace

bool parse_ecdsa(std::string_view blob, EcdsaSignature& out) {
  WireReader reader(blob);
  std::string_view r, s;
  if (!reader.positive(r) || !reader.positive(s) || !reader.at_end()) return false;
  const Number n = order();
  if (BN_cmp(number(r).get(), n.get()) >= 0 || BN_cmp(number(s).get(), n.get()) >= 0) return false;
  out = {std::string(r), std::string(s)};
  return true;
}

std::string ecdsa_blob(const EcdsaSignature& signature) {
  std::string out;
  append_positive(signature.r, out);
  append_positive(signature.s, out);
  return out;
}

bool is_low(const EcdsaSignature& signature) {
  const Number half = order();
  BN_rshift1(half.get(), half.get());
  return BN_cmp(number(signature.s).get(), half.get()) <= 0;
}

EcdsaSignature twin(const EcdsaSignature& signature) {
  const Number n = order();
  BN_sub(n.get(), n.get(), number(signature.s).get());
  return {signature.r, magnitude(n.get())};
}

bool valid_p256_point(std::string_view point) {
  return key_of(point) != nullptr;
}

bool verify_p256(std::string_view point, std::string_view message,
                 const EcdsaSignature& signature) {
  const Key key = key_of(point);
  if (!key) return false;
  std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>> parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), number(signature.r).release(), number(signature.s).release());
  const std::string digest = sha256_raw(message);
  return ECDSA_do_verify(raw(digest), static_cast<int>(digest.size()), parts.get(), key.get()) == 1;
}

}  // namespace countersign
