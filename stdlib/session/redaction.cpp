#include "stdlib/session/redaction.h"

#include "interpreter/difference.h"
#include "stdlib/http/url.h"
#include "stdlib/session/public_keys.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

// Names that are secret in any provider's answer.
void hold_fixed(Vault& vault, const std::string& locator, json& value) {
  static const std::set<std::string> names = [] {
    std::set<std::string> all;
    for (const System& system : systems())
      all.insert(system.secret_fields.begin(), system.secret_fields.end());
    return all;
  }();
  if (value.is_array()) {
    for (json& part : value) hold_fixed(vault, locator, part);
    return;
  }
  if (!value.is_object()) return;
  const std::string id = value.value("sid", json()).is_string()  ? value["sid"].get<std::string>()
                         : value.value("id", json()).is_string() ? value["id"].get<std::string>()
                                                                 : locator;
  for (auto& [key, part] : value.items()) {
    if (names.count(key) != 0 && part.is_string())
      hold(vault, id + "." + key, part);
    else
      hold_fixed(vault, id, part);
  }
}

}  // namespace

void hold(Vault& vault, const std::string& locator, json& value) {
  if (value.is_null() || value.is_structured()) return;
  value = vault.hold(locator, value.is_string() ? value.get<std::string>() : value.dump());
}

void hold_named(Vault& vault, const std::string& locator, json& value, bool secret) {
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      hold_named(vault, locator + "/" + std::to_string(i), value[i], secret);
  } else if (value.is_object()) {
    for (auto& [key, part] : value.items())
      hold_named(vault, locator + "/" + escape_pointer(key), part, looks_secret(key));
  } else if (secret && !value.is_boolean() && !value.is_null()) {
    hold(vault, locator, value);
  }
}

void redact(ProviderSession& session, const std::string& credential, const std::string& url,
            json& answer) {
  if (const System* system = system_of(credential); system && system->redact)
    system->redact(session, url, answer);
  hold_fixed(session.vault(), split_url(url) ? split_url(url)->host : "provider", answer);
}

}  // namespace countersign
