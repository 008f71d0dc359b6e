#include "stdlib/session/system.h"

#include <algorithm>

#include "stdlib/http/url.h"
#include "stdlib/session/configuration.h"

namespace countersign {
namespace {

bool covers(const std::string& pattern, const std::string& host) {
  if (pattern.rfind("*.", 0) != 0) return pattern == host;
  const std::string end = pattern.substr(1);
  return host.size() > end.size() && host.compare(host.size() - end.size(), end.size(), end) == 0;
}

bool covers(const CredentialKind& kind, const std::string& host) {
  return std::any_of(kind.hosts.begin(), kind.hosts.end(),
                     [&](const std::string& pattern) { return covers(pattern, host); });
}

}  // namespace

const System* system_of(const std::string& credential) {
  for (const System& system : systems())
    for (const CredentialKind& kind : system.credentials)
      if (kind.name == credential) return &system;
  return nullptr;
}

const CredentialKind* credential_named(const std::string& credential) {
  for (const System& system : systems())
    for (const CredentialKind& kind : system.credentials)
      if (kind.name == credential) return &kind;
  return nullptr;
}

bool belongs(const std::string& credential, const std::string& host) {
  if (credential.empty()) return true;
  const CredentialKind* kind = credential_named(credential);
  return kind && covers(*kind, host);
}

std::string key_of(const System& system, const Setting& setting) {
  return system.name + "." + setting.name;
}

std::string value_of(const Profile& profile, const System& system, const Setting& setting) {
  const std::string& said = profile.text(key_of(system, setting));
  return said.empty() && !setting.choices.empty() ? setting.choices.front() : said;
}

std::string identity_of(const Profile& profile, const System& system) {
  return system.identity.empty() ? "" : profile.text(system.name + "." + system.identity);
}

std::string origin_of(const Profile& profile, const System& system) {
  if (const auto url = split_url(profile.endpoint)) return url->origin();
  return system.origin ? system.origin(profile) : "";
}

}  // namespace countersign
