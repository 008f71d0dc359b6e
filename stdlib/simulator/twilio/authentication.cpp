#include "stdlib/simulator/twilio/authentication.h"

#include "interpreter/wildcard.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

ServedReply unauthorized(const std::string& message) {
  ServedReply reply = twilio_error(401, 20003, message);
  reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Twilio API\"");
  return reply;
}

bool is_key_management(const std::string& path) {
  return path.find("/Keys.json") != std::string::npos || path.find("/Keys/") != std::string::npos;
}

// /Accounts.json and /Accounts/{Sid}.json, but nothing below.
bool is_account_itself(const std::string& path) {
  const std::string base = "/2010-04-01/Accounts";
  return path.compare(0, base.size(), base) == 0 &&
         path.find('/', base.size() + 1) == std::string::npos;
}

// What an API key may not do although its secret is right.
std::optional<ServedReply> limits_of_key(const json& key, const ServedRequest& request) {
  std::string type = key["type"];
  if (type == "standard" && (is_account_itself(request.path) || is_key_management(request.path)))
    return unauthorized("Permission Denied");
  if (type != "restricted") return std::nullopt;
  std::string wanted = request.method + " " + request.host + request.path;
  for (const json& pattern : key["permissions"])
    if (pattern.is_string() &&
        wildcard_matches(pattern.get<std::string>(), wanted, QuestionMark::itself))
      return std::nullopt;
  return twilio_error(403, 70051, "Authorization Failed");
}

}  // namespace

std::optional<ServedReply> authenticate_twilio(RequestContext& visit) {
  auto [user, password] = visit.request.credential();
  if (user.empty() || password.empty()) return unauthorized("Authenticate");
  const json* key = nullptr;
  for (auto& [sid, account] : visit.world.accounts().items()) {
    bool token = user == sid && password == account["auth_token"];
    auto found = account["api_keys"].find(user);
    if (found != account["api_keys"].end() && (*found)["secret"] == password) key = &*found;
    if (!token && !key) continue;
    visit.account_sid = sid;
    visit.account = &account;
    break;
  }
  if (!visit.account) return unauthorized("Authenticate");
  visit.principal = user;
  if ((*visit.account)["status"] != "active")
    return twilio_error(403, 20403, "The account is suspended or closed");
  if (key)
    if (std::optional<ServedReply> refusal = limits_of_key(*key, visit.request)) return refusal;
  // A parent's credential passes the core paths of its sub-accounts and acts there.
  std::string named = visit.variable("AccountSid");
  if (named.empty() || named == visit.account_sid) return std::nullopt;
  auto other = visit.world.accounts().find(named);
  if (other == visit.world.accounts().end() || (*other)["owner_account_sid"] != visit.account_sid)
    return unauthorized("Authenticate");
  visit.account_sid = named;
  visit.account = &*other;
  return std::nullopt;
}

}  // namespace countersign::simulator
