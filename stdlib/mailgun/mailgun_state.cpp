#include "stdlib/mailgun/mailgun_state.h"

#include "stdlib/mailgun/mailgun_list.h"
#include "stdlib/mailgun/settings.h"
#include "stdlib/session/at_once.h"

namespace countersign {

json mailgun_domain_state(json resource) {
  for (const char* key : {"sending_dns_records", "receiving_dns_records", "updated_at"})
    resource.erase(key);
  return resource;
}

json mailgun_key_state(json resource) {
  for (const char* key : {"updated_at", "secret"}) resource.erase(key);
  return resource;
}

Result<json> mailgun_state(ProviderSession& session) {
  json state = {{"domains", json::object()}, {"keys", json::object()}};
  if (session.profile().secret(mailgun::kAccountKey).empty()) return state;
  const std::string host = "https://" + mailgun::host(session.profile());
  Result<json> domains = json(), keys = json();
  TRY(at_once({
      [&]() -> Status {
        domains = mailgun_list(session, host + "/v4/domains");
        return domains ? Status(Done{}) : Status(domains.error());
      },
      [&]() -> Status {
        auto answer = TRY(session.request(mailgun::kAccount, "GET", host + "/v1/keys"));
        keys = answer.value("items", json::array());
        return Done{};
      },
  }));
  state["domains"] = keyed(std::move(*domains), "name", mailgun_domain_state);
  state["keys"] = keyed(std::move(*keys), "id", mailgun_key_state);
  return state;
}

}  // namespace countersign
