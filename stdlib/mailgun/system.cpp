#include "stdlib/mailgun/system.h"

#include "stdlib/http/url.h"
#include "stdlib/mailgun/mailgun_state.h"
#include "stdlib/mailgun/rows.h"
#include "stdlib/mailgun/settings.h"
#include "stdlib/session/configuration.h"
#include "stdlib/session/provider_session.h"

namespace countersign {

std::string mailgun::host(const Profile& profile) {
  return profile.text(kRegion) == "eu" ? "api.eu.mailgun.net" : "api.mailgun.net";
}

namespace {

// An account is known by the sending domain that its key sees.
Result<std::string> who(ProviderSession& session, const std::string& credential) {
  const Profile& profile = session.profile();
  const std::string& wanted = profile.text(mailgun::kDomain);
  if (wanted.empty())
    return Error{"config", "profile \"" + profile.name + "\" has no mailgun_domain",
                 "add domain to [profiles." + profile.name + ".mailgun] in countersign.toml"};
  const auto answer = session.request(
      credential, "GET",
      "https://" + mailgun::host(profile) + "/v4/domains/" + percent_encode(wanted));
  if (!answer) {
    if (answer.error().status != 404) return answer.error();
    Error unseen{"refused",
                 "the mailgun_account_key of profile \"" + profile.name +
                     "\" does not see the domain " + wanted,
                 "it is another account's key, or domain or region in [profiles." + profile.name +
                     ".mailgun] is wrong"};
    unseen.status = 404;
    return unseen;
  }
  const json domain = answer->value("domain", json::object());
  const std::string name = domain.is_object() ? domain.value("name", "") : "";
  if (name != wanted)
    return Error{"refused", "Mailgun answered for the domain \"" + name + "\", not for " + wanted};
  return name;
}

// {"message"}, {"Reason"} or {"Error"}
Refusal refusal(const json& body) {
  Refusal said;
  for (const char* key : {"message", "Reason", "Error", "error"}) {
    const auto at = body.find(key);
    if (at == body.end() || !at->is_string()) continue;
    said.message = at->get<std::string>();
    break;
  }
  return said;
}

json simulated_secrets(const Profile& profile, const json& world) {
  const json mailgun = world.value("mailgun", json::object());
  json sending;
  for (const json& one : mailgun.value("keys", json::array()))
    if (one.value("domain_name", "") == profile.text(mailgun::kDomain))
      sending = one.value("secret", json());
  return {{"account_key", mailgun.value("account_key", json())}, {"sending_key", sending}};
}

void simulated_profile(Profile& profile, const std::string&, const json& world) {
  const json mailgun = world.value("mailgun", json::object());
  profile.texts[mailgun::kRegion] = mailgun.value("region", "us");
  profile.secrets[mailgun::kAccountKey].env = "mailgun_account_key";
  const json domains = mailgun.value("domains", json::object());
  for (const auto& [domain, state] : domains.items())
    if (domain.rfind(profile.name + ".", 0) == 0) profile.texts[mailgun::kDomain] = domain;
}

}  // namespace

System mailgun_system() {
  using Kind = Setting::Kind;
  const std::vector<std::string> hosts = {"api.mailgun.net", "api.eu.mailgun.net"};
  System system;
  system.name = "mailgun";
  system.settings = {
      {.name = "domain", .id = "mailgun_domain", .shown = true},
      {.name = "region",
       .id = "mailgun_region",
       .choices = {"us", "eu"},
       .shown = true,
       .beside = "domain"},
      {.name = "account_key", .id = "mailgun_account_key", .kind = Kind::secret},
      // What it sends for cannot be asked with it; a row's own argument `key` goes first.
      {.name = "sending_key", .id = "mailgun_sending_key", .kind = Kind::secret, .pinned = true},
  };
  system.credentials = {{.name = mailgun::kAccount,
                         .hosts = hosts,
                         .user = "api",
                         .secret = "account_key",
                         .called = "mailgun_account_key"},
                        // It may do nothing but send, so its account cannot be asked with it.
                        {.name = mailgun::kSending,
                         .hosts = hosts,
                         .user = "api",
                         .secret = "sending_key",
                         .called = "the sending key",
                         .asked_with = mailgun::kAccount}};
  system.identity = "domain";
  system.origin = [](const Profile& profile) { return "https://" + mailgun::host(profile); };
  system.who = who;
  system.url_parts = {{"mailgun", mailgun::host}};
  system.scopes = {{.name = "mailgun", .read = mailgun_state}};
  system.refusal = refusal;
  system.secret_fields = {"secret", "smtp_password"};
  system.simulated_secrets = simulated_secrets;
  system.simulated_profile = simulated_profile;
  system.rows = {add_mailgun_rows};
  return system;
}

}  // namespace countersign
