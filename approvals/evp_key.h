// Public keys of libcrypto, made from their numbers, and what they verify.
#pragma once
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string_view>

namespace countersign {

template <auto Free>
struct OpensslFree {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using EvpKey = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using KeyParameters = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;

// A public key of `type` ("EC" "RSA"); null where libcrypto does not take the parameters.
EvpKey public_evp_key(const char* type, OSSL_PARAM_BLD* parameters);

// Whether `signature`, in libcrypto's own form, is one of `message` under `digest` ("SHA256").
// Nothing that goes wrong here is left in the thread's queue of errors.
bool evp_verify(EVP_PKEY* key, const char* digest, std::string_view message,
                std::string_view signature);

inline const unsigned char* raw_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace countersign
