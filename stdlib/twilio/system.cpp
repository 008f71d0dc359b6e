#include "stdlib/twilio/system.h"

#include "interpreter/difference.h"
#include "stdlib/session/configuration.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/session/redaction.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/variable_value.h"

namespace countersign {
namespace {

// The account that a Flex read with this very credential names. Standard keys cannot read
// /Accounts, and a parent's credential passes paths of other accounts (iam/api-keys).
Result<std::string> who(ProviderSession& session, const std::string& credential) {
  auto answer = session.request(credential, "GET", "https://flex-api.twilio.com/v1/Configuration");
  // Flex may be down while the rest is not. Lists without an account in their path tell it, too.
  if (!answer && (answer.error().kind == "transport" || answer.error().status >= 500))
    for (const auto& [url, key] :
         {std::pair{"https://taskrouter.twilio.com/v1/Workspaces?PageSize=1", "workspaces"},
          std::pair{"https://serverless.twilio.com/v1/Services?PageSize=1", "services"}}) {
      const auto list = session.request(credential, "GET", url);
      if (!list || !list->is_object() || !list->value(key, json()).is_array() ||
          (*list)[key].empty())
        continue;
      answer = (*list)[key][0];
      break;
    }
  const Profile& profile = session.profile();
  if (!answer && answer.error().status == 404)
    return Error{"refused",
                 "the account behind the " + credential + " of profile \"" + profile.name +
                     "\" has no Flex configuration to be known by",
                 "only accounts with Flex can be worked on"};
  if (!answer) return answer.error();
  const auto at = answer->find("account_sid");
  if (at == answer->end() || !at->is_string())
    return Error{"transport", "flex-api.twilio.com does not say which account answered"};
  const std::string& wanted = profile.text(twilio::kAccountSid);
  if (*at != wanted)
    return Error{"refused",
                 "the " + credential + " of profile \"" + profile.name + "\" belongs to " +
                     at->get<std::string>() + ", not to " + wanted,
                 "put the right credential or the right account_sid into countersign.toml"};
  return at->get<std::string>();
}

std::string text_of(const json& value, const char* key) {
  const auto at = value.find(key);
  return at != value.end() && at->is_string() ? at->get<std::string>() : "";
}

// {"code","message","details"}
Refusal refusal(const json& body) {
  Refusal said;
  said.message = text_of(body, "message");
  if (const auto at = body.find("code"); at != body.end() && at->is_number_integer())
    said.code = at->get<long>();
  if (said.code != 0)
    said.explained = "https://www.twilio.com/docs/api/errors/" + std::to_string(said.code);
  // A flow's definition is refused with the places that are wrong (api/errors/81022).
  const json details = body.value("details", json::object());
  const json errors = details.is_object() ? details.value("errors", json()) : json();
  if (errors.is_array())
    for (std::size_t i = 0; i < errors.size() && i < 3; ++i)
      if (errors[i].is_object())
        said.message += (i == 0 ? ": " : "; ") + text_of(errors[i], "property_path") + " " +
                        text_of(errors[i], "message");
  return said;
}

void redact_answer(ProviderSession& session, const std::string& url, json& answer) {
  if (url.find("/Variables") != std::string::npos)
    hold_variables(session, answer);
  else if (url.find("://flex-api.twilio.com/") != std::string::npos)
    hold_named(session.vault(), "flex:" + session.profile().text(twilio::kAccountSid), answer);
}

// A program may deploy: to the profile's own serverless environment, and to no other. Where that
// is not there yet, it may make it.
std::vector<std::string> deployed(const Call& call) {
  const auto place = serverless_place(provider(call), json::object());
  if (!place) return {"/serverless"};
  return {"/serverless/services/" + escape_pointer(place->service) + "/environments/" +
              escape_pointer(place->environment),
          place->variables_pointer()};
}

json at(const json& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() ? json::object() : *found;
}

json simulated_secrets(const Profile& profile, const json& world) {
  const json account =
      at(world.value("accounts", json::object()), profile.text(twilio::kAccountSid));
  json key = at(account.value("api_keys", json::object()), profile.text(twilio::kKeySid));
  if (key.is_object()) key = key.value("secret", json());
  return {{"api_secret", key}, {"auth_token", account.value("auth_token", json())}};
}

void simulated_profile(Profile& profile, const std::string& sid, const json& world) {
  const json account = at(world.value("accounts", json::object()), sid);
  profile.texts[twilio::kAccountSid] = sid;
  const json keys = account.value("api_keys", json::object());
  if (!keys.empty()) profile.texts[twilio::kKeySid] = keys.begin().key();
  profile.secrets["twilio.api_secret"].env = profile.name + " api_secret";
  profile.secrets[twilio::kTokenSecret].env = profile.name + " auth_token";
  const auto first = [&](const char* setting, const json& records, const char* key) {
    if (!records.empty()) profile.texts[setting] = records[0].value(key, "");
  };
  first(twilio::kWorkspaceSid, account.value("taskrouter", json::array()), "sid");
  first(twilio::kPhoneNumber, account.value("phone_numbers", json::array()), "phone_number");
  for (const json& service : account.value("serverless", json::array()))
    if (profile.text(twilio::kServerlessDomain).empty())
      first(twilio::kServerlessDomain, service.value("environments", json::array()), "domain_name");
}

}  // namespace

System twilio_system() {
  using Kind = Setting::Kind;
  const std::vector<std::string> hosts = {"*.twilio.com"};
  System system;
  system.name = "twilio";
  system.settings = {
      {.name = "account_sid",
       .id = "account_sid",
       .kind = Kind::sid,
       .prefix = "AC",
       .required = "the account that its credentials must belong to",
       .shown = true},
      {.name = "api_key", .id = "api_key", .kind = Kind::sid, .prefix = "SK"},
      {.name = "api_secret", .id = "api_secret", .kind = Kind::secret},
      {.name = "auth_token", .id = "auth_token", .kind = Kind::secret},
      {.name = "workspace_sid",
       .id = "workspace_sid",
       .kind = Kind::sid,
       .prefix = "WS",
       .shown = true},
      {.name = "phone_number", .id = "phone_number", .shown = true},
      {.name = "serverless_domain", .id = "serverless_domain", .shown = true},
  };
  system.credentials = {{.name = twilio::kApiKey,
                         .hosts = hosts,
                         .user = "{api_key}",
                         .secret = "api_secret",
                         .called = "api_key and api_secret"},
                        {.name = twilio::kAuthToken,
                         .hosts = hosts,
                         .user = "{account_sid}",
                         .secret = "auth_token",
                         .called = "account_sid and auth_token"}};
  system.identity = "account_sid";
  system.origin = [](const Profile&) { return std::string("https://api.twilio.com"); };
  system.who = who;
  system.url_parts = {
      {"account", [](const Profile& profile) { return profile.text(twilio::kAccountSid); }}};
  // What is compared of adjacent accounts is what a deploy into the wrong one would change; the
  // services themselves are deployed to by others at any time.
  system.scopes = {{.name = "numbers", .read = numbers_state, .adjacent = true},
                   {.name = "flows", .read = flows_state, .adjacent = true},
                   {.name = "flex", .read = flex_scope, .adjacent = true},
                   {.name = "serverless",
                    .read = serverless_state,
                    .adjacent = true,
                    .not_adjacent = {"services"}},
                   {.name = "taskrouter", .read = taskrouter_state}};
  system.volatile_fields = {"/flex/date_updated", "/flex/flex_ui_status_report"};
  system.refusal = refusal;
  system.secret_fields = {"auth_token", "secret", "api_secret", "mailgun_api_key"};
  system.redact = redact_answer;
  system.deployed = deployed;
  system.simulated_secrets = simulated_secrets;
  system.simulated_profile = simulated_profile;
  system.rows = {add_twilio_rows,
                 add_studio_rows,
                 add_serverless_rows,
                 add_taskrouter_rows,
                 add_taskrouter_member_rows,
                 add_flex_rows,
                 add_monitor_rows};
  return system;
}

}  // namespace countersign
