// What a session works with, as it is signed: accounts, places and facts, read from the
// configuration that the session holds and, where the file changed since, from the file.
#include <cstdlib>

#include "stdlib/session/provider_state.h"
#include "stdlib/session/secret_store.h"

namespace countersign {
namespace {

constexpr const char* kTwilio = "https://api.twilio.com";

std::string origin_of(const Profile& profile) {
  const auto url = split_url(profile.endpoint);
  return url ? url->origin() : kTwilio;
}

std::string real(const std::string& path) {
  char* found = ::realpath(path.c_str(), nullptr);
  const std::string out = found ? found : path;
  std::free(found);
  return out;
}

// Which secret a reference means: where it is, and whether what is there is the same. A program is
// not run for it.
json key_of(const SecretReference& reference, const Vault& vault) {
  if (reference.empty()) return nullptr;
  json out = {{"from", reference.locator()}};
  if (reference.command.empty())
    if (const auto secret = open_secret(reference)) out["fingerprint"] = vault.fingerprint(*secret);
  return out;
}

// Everything that carriers take from a profile and the workspace.
json facts_of(const Configuration& configuration, const Profile& profile, const Vault& vault) {
  json facts = json::object();
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  add("api_key", profile.api_key);
  add("environment", profile.environment);
  add("variant", profile.variant);
  add("workspace_sid", profile.workspace_sid);
  add("phone_number", profile.phone_number);
  add("serverless_domain", profile.serverless_domain);
  add("env_file", profile.env_file);
  add("mailgun_domain", profile.mailgun_domain);
  if (!profile.mailgun_domain.empty()) add("mailgun_region", profile.mailgun_region);
  if (const json key = key_of(profile.mailgun_sending_key, vault); !key.is_null())
    facts["mailgun_sending_key"] = key;
  const auto& workspace = configuration.workspace;
  for (const auto& [key, path] : {std::pair("flex_config", &workspace.flex_config),
                                  {"serverless", &workspace.serverless},
                                  {"registry", &workspace.registry},
                                  {"dev_logs", &workspace.dev_logs},
                                  {"incidents", &workspace.incidents},
                                  {"doctrine", &workspace.doctrine}})
    add(key, path->empty() ? *path : real(*path));
  if (!configuration.public_keys.empty()) facts["public_keys"] = configuration.public_keys;
  return facts;
}

Result<json> surroundings_of(const Configuration& configuration, const std::string& name,
                             const Vault& vault) {
  const auto at = configuration.profiles.find(name);
  if (at == configuration.profiles.end())
    return Error{"refused",
                 "there is no profile \"" + name + "\" in " + configuration.path + " any more",
                 "put it back to go on"};
  const Profile& profile = at->second;
  json adjacent = json::object();
  for (const std::string& other : profile.adjacent) {
    const auto found = configuration.profiles.find(other);
    if (found != configuration.profiles.end())
      adjacent[other] = {{"identity", found->second.account_sid},
                         {"origin", origin_of(found->second)}};
  }
  return json{{"folder", real(configuration.folder)},
              {"systems", json::array({{{"name", "twilio"},
                                        {"identity", profile.account_sid},
                                        {"origin", origin_of(profile)},
                                        {"facts", facts_of(configuration, profile, vault)}}})},
              {"adjacent", std::move(adjacent)},
              {"stores", secret_store_terms(configuration)}};
}

}  // namespace

Result<json> ProviderSession::surroundings() {
  const Configuration& held = state_->configuration;
  const std::string& name = state_->profile.name;
  Result<json> here = surroundings_of(held, name, state_->vault);
  if (!here || held.path.empty()) return here;
  const FileStamp now = stamp_of(held.path);
  if (now == held.stamp) return here;
  const auto again = TRY(read_configuration(held.path));
  Result<json> there = surroundings_of(again, name, state_->vault);
  // What this process works with and what the file says have to be the same.
  return !there || *there != *here ? there : here;
}

}  // namespace countersign
