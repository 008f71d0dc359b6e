#include "repl/process_setup.h"

#include <openssl/crypto.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

extern char** environ;

namespace countersign {
namespace {

constexpr const char* kBegins[] = {
    "OPENSSL_",    "SSL_",    "SSLKEYLOGFILE", "GNUTLS_",        "NSS_",       "P11_KIT_",
    "PKCS11_",     "CURL_",   "MALLOC_",       "GLIBC_TUNABLES", "GCONV_PATH", "GETCONF_DIR",
    "LOCPATH",     "NLSPATH", "NIS_PATH",      "HOSTALIASES",    "RESOLV_",    "RES_OPTIONS",
    "LOCALDOMAIN", "TZDIR",   "KRB5",          "SASL_",          "NODE_",      "NPM_",
    "PYTHON",      "PERL",    "RUBY",          "LUA_",           "BASH_ENV",   "BASH_FUNC_",
    "SQLITE_"};
constexpr const char* kNames[] = {"ENV", "NETRC"};

bool is_open(const std::string& name) {
  return std::any_of(std::begin(kBegins), std::end(kBegins),
                     [&](const char* begin) { return name.rfind(begin, 0) == 0; }) ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace

void close_environment() {
  std::vector<std::string> names;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string setting = *one;
    if (is_open(setting.substr(0, setting.find('='))))
      names.push_back(setting.substr(0, setting.find('=')));
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
  // Neither does a configuration file of the machine's load a module into this process.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

void keep_memory_private() {
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#if defined(__linux__) && !defined(COUNTERSIGN_SANITIZE)
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace countersign
