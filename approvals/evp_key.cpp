#include "approvals/evp_key.h"

#include <openssl/err.h>

#include "interpreter/crypto_library.h"

namespace countersign {
namespace {

using Parameters = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;

}  // namespace

EvpKey public_evp_key(const char* type, OSSL_PARAM_BLD* parameters) {
  const Parameters list(OSSL_PARAM_BLD_to_param(parameters));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(crypto_library(), type, nullptr));
  EVP_PKEY* key = nullptr;
  if (list && context && EVP_PKEY_fromdata_init(context.get()) == 1)
    (void)EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, list.get());
  ERR_clear_error();
  return EvpKey(key);
}

bool evp_verify(EVP_PKEY* key, const char* digest, std::string_view message,
                std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  const bool good = context &&
                    EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, crypto_library(),
                                            nullptr, key, nullptr) == 1 &&
                    EVP_DigestVerify(context.get(), raw_bytes(signature), signature.size(),
                                     raw_bytes(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace countersign
