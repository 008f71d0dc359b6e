#include "stdlib/session/public_keys.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "stdlib/session/configuration.h"

namespace countersign {
namespace {

// Looked for with "_" and "-" taken out, so that mailgunApiKey, mailgun_api_key and
// MAILGUN-API-KEY are one.
constexpr std::string_view kSecretWords[] = {"secret",     "password",   "passwd",     "passphrase",
                                             "token",      "apikey",     "authkey",    "privatekey",
                                             "signingkey", "credential", "sendingkey", "accesskey"};

// Settings of the deployment that the shipped runbooks look after, and the ends of names that are
// identifiers by their kind.
constexpr std::string_view kPublic[] = {"ADMIN_EMAIL", "MAILGUN_DOMAIN", "ENVIRONMENT",
                                        "NODE_ENV",    "DOMAIN_NAME",    "TZ"};

}  // namespace

bool looks_secret(std::string_view key) {
  std::string plain;
  for (const unsigned char c : key)
    if (std::isalnum(c)) plain += static_cast<char>(std::tolower(c));
  return std::any_of(std::begin(kSecretWords), std::end(kSecretWords),
                     [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

bool is_public_key(const Configuration& configuration, std::string_view key) {
  if (looks_secret(key)) return false;
  if (key == "SID" || (key.size() > 4 && key.substr(key.size() - 4) == "_SID")) return true;
  if (std::find(std::begin(kPublic), std::end(kPublic), key) != std::end(kPublic)) return true;
  const auto& declared = configuration.public_keys;
  return std::find(declared.begin(), declared.end(), key) != declared.end();
}

}  // namespace countersign
