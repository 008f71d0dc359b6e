// libcrypto, set up for this process alone.
#pragma once
#include <openssl/types.h>

namespace countersign {

// A library context of our own with the built-in algorithms. The default one reads the system's
// openssl.cnf first, or the file that OPENSSL_CONF names, which may load foreign code and put it in
// the place of SHA-256; it also costs a process that lives for ten milliseconds a good part of
// them. Never freed: digests are made until the process ends.
OSSL_LIB_CTX* crypto_library();

}  // namespace countersign
