// monitor.*: what went wrong, and who changed what. Paths and parameter names:
// twilio_monitor_v1.json.
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {

Status add_monitor_rows(Catalogue& catalogue) {
  const WireField since{
      {"since", Type::time, false, "only of then or later"}, "StartDate", Form::iso};
  const WireField until{
      {"until", Type::time, false, "only of then or earlier"}, "EndDate", Form::iso};
  const auto filter = [](const std::string& name, const std::string& wire,
                         const std::string& summary) {
    return WireField{{name, Type::text, false, summary}, wire};
  };
  Row alerts = listing({"monitor.alerts.list",
                        twilio::kApiKey,
                        "https://monitor.twilio.com/v1/Alerts",
                        {{{.name = "log_level",
                           .summary = "only alerts of this level",
                           .choices = {"error", "warning", "notice", "debug"}},
                          "LogLevel"},
                         since,
                         until},
                        "list of alerts of the last 30 days",
                        "Lists errors and warnings that Twilio noticed"},
                       "alerts");
  Row events = listing(
      {"monitor.events.list",
       twilio::kApiKey,
       "https://monitor.twilio.com/v1/Events",
       {filter("resource_sid", "ResourceSid", "only changes of this resource"),
        filter("actor_sid", "ActorSid", "only changes by this user (US…) or account"),
        filter("event_type", "EventType", "only events of this type"),
        filter("source_ip", "SourceIpAddress", "only changes from this address"), since, until},
       "list of events",
       "Lists who changed what in the account"},
      "events");
  if (Status added = catalogue.add(std::move(alerts)); !added) return added;
  return catalogue.add(std::move(events));
}

}  // namespace countersign
