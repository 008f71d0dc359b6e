#include "stdlib/session/redaction.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/env_scope.h"
#include "stdlib/session/provider_state.h"
#include "stdlib/session/public_keys.h"

namespace countersign {
namespace {

void hold(Vault& vault, const std::string& locator, json& value) {
  if (value.is_null() || value.is_structured()) return;
  value = vault.hold(locator, value.is_string() ? value.get<std::string>() : value.dump());
}

std::string variable_locator(const std::string& environment_sid, const std::string& key) {
  return "serverless:" + environment_sid + "#" + key;
}

// Values under names that look secret, at any depth; lists of them too.
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

// Names that are secret in any provider's answer.
void hold_fixed(Vault& vault, const std::string& locator, json& value) {
  static const std::set<std::string> names = {"auth_token", "secret", "smtp_password", "api_secret",
                                              "mailgun_api_key"};
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

void hold_variable(ProviderSession& session, json& variable) {
  if (!variable.is_object() || !variable.value("key", json()).is_string()) return;
  const std::string key = variable["key"].get<std::string>();
  const json environment = variable.value("environment_sid", json());
  if (is_public_key(session.workspace().configuration(), key) || !variable.contains("value"))
    return;
  hold(session.vault(), variable_locator(environment.is_string() ? environment : json(""), key),
       variable["value"]);
}

}  // namespace

void redact(ProviderSession& session, const std::string& url, json& answer) {
  Vault& vault = session.vault();
  if (url.find("/Variables") != std::string::npos) {
    if (answer.contains("variables") && answer["variables"].is_array())
      for (json& variable : answer["variables"]) hold_variable(session, variable);
    hold_variable(session, answer);
  } else if (url.find("://flex-api.twilio.com/") != std::string::npos) {
    hold_named(vault, "flex:" + session.profile().account_sid, answer, false);
  }
  hold_fixed(vault, split_url(url) ? split_url(url)->host : "provider", answer);
}

Result<json> variable_value(ProviderSession& session, const std::string& environment_sid,
                            const std::string& key, const json& value) {
  if (is_placeholder(value)) return value;
  const bool handle = is_handle(value, "secret");
  if (is_public_key(session.workspace().configuration(), key)) {
    if (!handle) return value;
    return Error{"refused", "\"" + key + "\" is declared public, so a secret cannot be put into it",
                 "take it out of [workspace].public_keys, or use another key"};
  }
  std::string secret;
  if (handle) {
    auto opened = TRY(open_handle(session, value));
    secret = opened;
  } else {
    secret = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return make_handle("secret", variable_locator(environment_sid, key),
                     {{"fingerprint", session.vault().fingerprint(secret)}});
}

}  // namespace countersign
