#include "stdlib/simulator/mailgun/mailgun_authentication.h"

namespace countersign::simulator {

MailgunRole authenticate_mailgun(RequestContext& visit, std::string_view domain) {
  auto [user, password] = visit.request.credential();
  if (user != "api" || password.empty()) return MailgunRole::none;
  json& mailgun = visit.world.mailgun();
  if (password == mailgun["account_key"]) {
    visit.principal = "account";
    return MailgunRole::account;
  }
  json* key = find_record(mailgun["keys"], password, "secret");
  if (!key || (*key)["is_disabled"] == true) return MailgunRole::none;
  if ((*key)["expires_at"].is_string()) {
    std::optional<Seconds> end = parse_date((*key)["expires_at"].get<std::string>());
    if (end && *end <= visit.world.now()) return MailgunRole::none;
  }
  visit.principal = (*key)["id"];
  if ((*key)["kind"] != "domain") return MailgunRole::account;
  bool own = (*key)["domain_name"].is_string() && (*key)["domain_name"] == std::string(domain);
  return own ? MailgunRole::sending : MailgunRole::none;
}

}  // namespace countersign::simulator
