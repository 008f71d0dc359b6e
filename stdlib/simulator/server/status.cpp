// The providers' public status pages, in Statuspage's format; no credential.
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

ServedReply fetch_summary(RequestContext& visit) {
  json view = visit.world.state["status_page"];
  view["page"] = {
      {"id", "simulated"},
      {"name", visit.request.host.find("mailgun") == std::string::npos ? "Twilio" : "Mailgun"},
      {"url", "https://" + visit.request.host},
      {"time_zone", "Etc/UTC"},
      {"updated_at", visit.world.stamp()}};
  return ServedReply(200, view);
}

constexpr Route kRoutes[] = {{"GET", "/api/v2/summary.json", fetch_summary}};

}  // namespace

std::span<const Route> status_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
