// Secrets, held where scripts cannot reach. A script, the journal and every plan see a handle with
// a fingerprint; only a carrier opens it, and only into a declared sink.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

class Vault {
 public:
  // `key`: 32 raw bytes of the home folder's fingerprint key.
  explicit Vault(std::string key);

  // "<key id>:<hmac>": equal secrets have equal fingerprints under one key; different key ids
  // compare as unknown.
  std::string fingerprint(std::string_view secret) const;

  // Holds `secret` and returns its handle. `locator` says where it came from ("env:ACME_KEY",
  // "env-file:.env.acme#ADMIN_EMAIL", "profile:acme.api_secret"). Empty secrets get a handle too.
  json hold(const std::string& locator, std::string secret);

  // The secret behind a handle made by this process, or expected by it. Errors: refused, if it is
  // not (or no longer) held; what its fetch says.
  Result<std::string> open(const json& handle) const;

  // The secret of `handle` is fetched when it is first opened, and not before: `fetch` holds it, or
  // says why it does not. An empty function takes the promise back.
  void expect(const json& handle, std::function<Status()> fetch);

  // Makes `secret` known for scrubbing without a handle: credentials of profiles.
  void know(const std::string& locator, std::string secret);

  // Replaces every known secret of 6 bytes or more, in plain, base64, base64url, URL- and
  // JSON-escaped form, by "[secret <locator>]". The net under everything that is journaled, logged,
  // shown or handed to a script.
  std::string scrub(std::string text) const;
  void scrub(json& value) const;

 private:
  std::optional<Result<std::string>> held(const json& handle) const;

  mutable std::mutex mutex_;
  mutable std::mutex fetching_;                              // one fetch at a time
  std::map<std::string, std::function<Status()>> expected_;  // locator to what holds its secret
  std::string key_, key_id_;
  std::map<std::string, std::string> held_;  // locator to secret
  std::vector<std::pair<std::string, std::string>>
      forms_;  // what to look for, longest first; its replacement
};

}  // namespace countersign
