// monitor.twilio.com: alerts, and the audit trail of who changed what.
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

constexpr Seconds kRetention = 30 * 24 * 3600;

json view_of(const RequestContext& visit, const json& record, const char* list) {
  json view = shown(visit, record);
  view["url"] =
      std::string("https://monitor.twilio.com/v1/") + list + "/" + record["sid"].get<std::string>();
  return view;
}

json event_view(const RequestContext& visit, const json& event) {
  json view = view_of(visit, event, "Events");
  view["links"] = {{"actor", "https://api.twilio.com/2010-04-01/Accounts/" + visit.account_sid}};
  return view;
}

json alert_view(const RequestContext& visit, const json& alert, bool whole) {
  json view = view_of(visit, alert, "Alerts");
  view["api_version"] = "2010-04-01";
  if (!whole)
    for (const char* key :
         {"request_variables", "response_body", "response_headers", "request_headers"})
      view.erase(key);
  return view;
}

bool is_recent(const RequestContext& visit, const json& date) {
  std::optional<Seconds> time = parse_date(date.get<std::string>());
  return !time || *time >= visit.world.now() - kRetention;
}

ServedReply list_alerts(RequestContext& visit) {
  Records all = select(visit.records("alerts"), [&](const json& alert) {
    return is_recent(visit, alert["date_created"]) && same(visit, "LogLevel", alert["log_level"]) &&
           between(visit, "StartDate", "EndDate", alert["date_created"]);
  });
  newest_first(all, "date_created");
  return product_page(visit, all, "alerts",
                      [&](const json& alert) { return alert_view(visit, alert, false); });
}

ServedReply fetch_alert(RequestContext& visit) {
  json* alert = find_record(visit.records("alerts"), visit.variable("Sid"));
  return alert ? ServedReply(200, alert_view(visit, *alert, true)) : not_found(visit.request);
}

ServedReply list_events(RequestContext& visit) {
  Records all = select(visit.records("events"), [&](const json& event) {
    return same(visit, "ActorSid", event["actor_sid"]) &&
           same(visit, "EventType", event["event_type"]) &&
           same(visit, "ResourceSid", event["resource_sid"]) &&
           same(visit, "SourceIpAddress", event["source_ip_address"]) &&
           between(visit, "StartDate", "EndDate", event["event_date"]);
  });
  newest_first(all, "event_date");
  return product_page(visit, all, "events",
                      [&](const json& event) { return event_view(visit, event); });
}

ServedReply fetch_event(RequestContext& visit) {
  json* event = find_record(visit.records("events"), visit.variable("Sid"));
  return event ? ServedReply(200, event_view(visit, *event)) : not_found(visit.request);
}

constexpr Route kRoutes[] = {
    {"GET", "/v1/Alerts", list_alerts},
    {"GET", "/v1/Alerts/{Sid}", fetch_alert},
    {"GET", "/v1/Events", list_events},
    {"GET", "/v1/Events/{Sid}", fetch_event},
};

}  // namespace

std::span<const Route> monitor_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
