// The simulated caller's addresses, /_sim/calls (member of Stage).
#include "stdlib/simulator/calls/call_report.h"
#include "stdlib/simulator/calls/caller.h"
#include "stdlib/simulator/server/fault_layer.h"

namespace countersign::simulator {
ServedReply FaultLayer::own_calls(const ServedRequest& request) {
  const std::string base = "/_sim/calls";
  std::string sid = request.path.size() > base.size() ? request.path.substr(base.size() + 1) : "";
  std::lock_guard lock(mutex_);
  settle();
  if (request.method == "POST" && sid.empty()) {
    Result<CallOrder> order = read_call_order(json::parse(request.body, nullptr, false));
    if (!order) return trouble(400, order.error());
    try {
      json placed = place_call(world_, *order);
      if (placed.is_object()) return ServedReply(200, placed);
      if (order->after > 0) world_.clock.advance(order->after);
      settle();
      if (order->accepts) accept_follow_up(world_, placed);
      return ServedReply(200, call_report(world_, placed));
    } catch (const json::exception&) {
      // Records keep fields that are not known, so a world may hold anything on the call's way.
      return trouble(500, {"config", "the world has a value of the wrong kind on the call's way"});
    }
  }
  if (request.method != "GET")
    return trouble(405, {"usage", "calls are placed with POST and read with GET"});
  if (sid.empty()) return ServedReply(200, call_reports(world_));
  json report = call_report(world_, sid);
  return report.is_null() ? trouble(404, {"argument", "no call of the caller's: " + sid})
                          : ServedReply(200, report);
}

}  // namespace countersign::simulator
