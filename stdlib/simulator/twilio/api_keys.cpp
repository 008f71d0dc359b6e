// api.twilio.com: API keys. A secret is only in the answer of the create.
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

json key_view(const std::string& sid, const json& key) {
  json view = {{"sid", sid}, {"friendly_name", key["friendly_name"]}};
  for (const char* date : {"date_created", "date_updated"})
    view[date] = rfc2822_time(parse_date(key[date].get<std::string>()).value_or(0));
  return view;
}

}  // namespace

ServedReply list_keys(RequestContext& visit) {
  json all = json::array();
  for (const auto& [sid, key] : visit.records("api_keys").items())
    all.push_back(key_view(sid, key));
  return core_page(visit, select(all), "keys", [](const json& view) { return view; });
}

ServedReply fetch_key(RequestContext& visit) {
  json& keys = visit.records("api_keys");
  std::string sid = visit.variable("Sid");
  return keys.contains(sid) ? ServedReply(200, key_view(sid, keys[sid])) : not_found(visit.request);
}

ServedReply create_key(RequestContext& visit) {
  json key = new_record(visit.world, "api_key");
  std::string sid = key["sid"];
  key.erase("sid");
  key["friendly_name"] = visit.form.get("FriendlyName");
  key["secret"] = visit.world.new_sid("");
  visit.records("api_keys")[sid] = key;
  record_change(visit, "api-key", sid, "created");
  json view = key_view(sid, key);
  view["secret"] = key["secret"];
  return ServedReply(201, view);
}

ServedReply delete_key(RequestContext& visit) {
  if (visit.records("api_keys").erase(visit.variable("Sid")) == 0) return not_found(visit.request);
  record_change(visit, "api-key", visit.variable("Sid"), "deleted");
  return no_content();
}

}  // namespace countersign::simulator
