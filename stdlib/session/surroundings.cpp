// What a session works with, as it is signed: accounts, places and facts, read from the
// configuration that the session holds and, where the file changed since, from the file.
#include <cstdlib>

#include "stdlib/session/provider_state.h"
#include "stdlib/session/secret_store.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

std::string real(const std::string& path) {
  char* found = ::realpath(path.c_str(), nullptr);
  const std::string out = found ? found : path;
  std::free(found);
  return out;
}

// Which secret a reference means: where it is, and whether what is there is the same. A program is
// not run for it.
json terms_of(const SecretReference& reference, const Vault& vault) {
  if (reference.empty()) return nullptr;
  json out = {{"from", reference.locator()}};
  if (reference.command.empty())
    if (const auto secret = open_secret(reference)) out["fingerprint"] = vault.fingerprint(*secret);
  return out;
}

// Everything that carriers take from a system's settings. The account itself is its identity, and
// secrets are those of nobody whose account can be asked.
json facts_of(const System& system, const Profile& profile, const Vault& vault) {
  json facts = json::object();
  for (const Setting& setting : system.settings) {
    if (setting.name == system.identity) continue;
    if (setting.kind == Setting::Kind::secret) {
      if (!setting.pinned) continue;
      const json key = terms_of(profile.secret(key_of(system, setting)), vault);
      if (!key.is_null()) facts[setting.id] = key;
      continue;
    }
    if (!setting.beside.empty() && profile.text(system.name + "." + setting.beside).empty())
      continue;
    if (const std::string value = value_of(profile, system, setting); !value.empty())
      facts[setting.id] = value;
  }
  return facts;
}

// What is of no system: the profile's own words, and the folders that the workspace names.
void add_workspace(json& facts, const Configuration& configuration, const Profile& profile) {
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  add("environment", profile.environment);
  add("variant", profile.variant);
  const auto& workspace = configuration.workspace;
  for (const auto& [key, path] : {std::pair("flex_config", &workspace.flex_config),
                                  {"serverless", &workspace.serverless},
                                  {"registry", &workspace.registry},
                                  {"dev_logs", &workspace.dev_logs},
                                  {"incidents", &workspace.incidents},
                                  {"doctrine", &workspace.doctrine}})
    add(key, path->empty() ? *path : real(*path));
  if (!configuration.public_keys.empty()) facts["public_keys"] = configuration.public_keys;
}

json systems_of(const Configuration& configuration, const Profile& profile, const Vault& vault) {
  json all = json::array();
  for (const System& system : systems()) {
    if (!system.identity.empty() && !profile.has(system.name)) continue;
    json one = {{"name", system.name}, {"facts", facts_of(system, profile, vault)}};
    if (system.identity.empty()) add_workspace(one["facts"], configuration, profile);
    if (const std::string identity = identity_of(profile, system); !identity.empty()) {
      one["identity"] = identity;
      one["learnt"] = system.who ? "asked" : "origin";
      one["origin"] = origin_of(profile, system);
    }
    all.push_back(std::move(one));
  }
  return all;
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
      adjacent[other] = {{"identity", identity_of(found->second, own_system())},
                         {"origin", origin_of(found->second, own_system())}};
  }
  return json{{"folder", real(configuration.folder)},
              {"systems", systems_of(configuration, profile, vault)},
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
