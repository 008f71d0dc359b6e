#include "stdlib/twilio/variable_value.h"

#include "interpreter/placeholder.h"
#include "stdlib/session/env_scope.h"
#include "stdlib/session/public_keys.h"
#include "stdlib/session/redaction.h"

namespace countersign {
namespace {

std::string variable_locator(const std::string& environment_sid, const std::string& key) {
  return "serverless:" + environment_sid + "#" + key;
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

void hold_variables(ProviderSession& session, json& answer) {
  if (answer.contains("variables") && answer["variables"].is_array())
    for (json& variable : answer["variables"]) hold_variable(session, variable);
  hold_variable(session, answer);
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
