#include "interpreter/crypto_library.h"

#include <openssl/crypto.h>

#include <new>

namespace countersign {

OSSL_LIB_CTX* crypto_library() {
  static OSSL_LIB_CTX* const library = [] {
#ifdef COUNTERSIGN_CRYPTO_ARCHIVE
    // Looking for engines, which every digest does, would read the configuration all the same. The
    // archive in this binary serves nobody else; a shared library serves libcurl too, which is to
    // follow the system's configuration.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
#endif
    OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
    if (!made) throw std::bad_alloc();
    return made;
  }();
  return library;
}

}  // namespace countersign
