// flex-api.twilio.com: the one configuration object of an account.
#include "stdlib/simulator/server/shapes.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

json configuration_view(const RequestContext& visit) {
  json view = shown(visit, visit.records("flex_configuration"));
  view["url"] = "https://flex-api.twilio.com/v1/Configuration";
  return view;
}

bool is_written_by_the_provider(const std::string& key) {
  return key == "account_sid" || key == "date_created" || key == "date_updated" || key == "url" ||
         key == "status";
}

ServedReply fetch_configuration(RequestContext& visit) {
  if (visit.records("flex_configuration").is_null()) return not_found(visit.request);
  return ServedReply(200, configuration_view(visit));
}

// Every top-level key that is sent replaces what was there, whole; the others stay.
ServedReply update_configuration(RequestContext& visit) {
  json& configuration = visit.records("flex_configuration");
  if (configuration.is_null()) return not_found(visit.request);
  std::string type = visit.request.headers.get("content-type");
  json changes = json::parse(visit.request.body, nullptr, false);
  if (type.rfind("application/json", 0) != 0 || !changes.is_object())
    return twilio_error(400, 20001, "The body must be a JSON object");
  if (!changes.contains("account_sid")) return missing_parameter("account_sid");
  if (changes["account_sid"] != visit.account_sid)
    return bad_parameter("account_sid", changes["account_sid"].dump());
  json before = configuration;
  for (const auto& [key, value] : changes.items())
    if (!is_written_by_the_provider(key) && defaults_of("flex_configuration").contains(key))
      configuration[key] = value;
  configuration["date_updated"] = visit.world.stamp();
  json after = configuration;
  record_change(visit, "flex-configuration", visit.account_sid, "updated", before, after);
  return ServedReply(200, configuration_view(visit));
}

constexpr Route kRoutes[] = {
    {"GET", "/v1/Configuration", fetch_configuration},
    {"POST", "/v1/Configuration", update_configuration},
};

}  // namespace

std::span<const Route> flex_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
