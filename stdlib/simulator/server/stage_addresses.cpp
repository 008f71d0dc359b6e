// The simulator's own addresses, /_sim/… (members of Stage).
#include "stdlib/simulator/server/fault_layer.h"

namespace countersign::simulator {
ServedReply trouble(int status, const Error& error) {
  return ServedReply(
      status,
      {{"error", {{"kind", error.kind}, {"message", error.message}, {"hint", error.hint}}}});
}

ServedReply FaultLayer::own(const ServedRequest& request) {
  const std::string name = request.path.substr(6);
  const std::string& method = request.method;
  json body = request.body.empty() ? json() : json::parse(request.body, nullptr, false);
  if (name == "world" && method == "GET") return ServedReply(200, world());
  if (name == "requests" && method == "GET") return ServedReply(200, requests());
  if (name == "requests" && method == "DELETE") {
    std::lock_guard lock(mutex_);
    log_ = json::array();
    return no_content();
  }
  if (name == "clock") return own_clock(request);
  if (name == "calls" || name.rfind("calls/", 0) == 0) return own_calls(request);
  if (name == "patch" && method == "POST") {
    Status done = patch(body);
    return done ? no_content() : trouble(400, done.error());
  }
  if (name == "faults") {
    if (method == "POST") {
      // Text of the command line's form is no JSON.
      Status done = add_faults(body.is_discarded() ? json(request.body) : body);
      if (!done) return trouble(400, done.error());
    }
    std::lock_guard lock(mutex_);
    if (method == "DELETE") faults_.clear();
    return ServedReply(200, faults_.list());
  }
  return ServedReply(404,
                     {{"error",
                       {{"kind", "usage"},
                        {"message", "no such address: " + method + " " + request.path},
                        {"hint", "there are world, requests, faults, clock, calls and patch"}}}});
}

ServedReply FaultLayer::own_clock(const ServedRequest& request) {
  std::lock_guard lock(mutex_);
  if (request.method == "POST") {
    json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return trouble(400, {"argument", "the clock wants a JSON object"});
    if (body.contains("set")) {
      std::optional<Seconds> time;
      if (body["set"].is_string()) time = parse_date(body["set"].get<std::string>());
      if (!time)
        return trouble(400, {"argument", "set: got " + body["set"].dump() + ", want a date"});
      world_.clock.set(static_cast<double>(*time));
    }
    for (const char* field : {"advance", "scale"})
      if (body.contains(field) && !body[field].is_number())
        return trouble(400, {"argument", std::string(field) + " wants a number"});
    if (body.contains("advance")) world_.clock.advance(body["advance"].get<double>());
    if (body.contains("scale")) world_.clock.set_scale(body["scale"].get<double>());
    settle();
  }
  return ServedReply(200, {{"time", world_.stamp()},
                           {"unix", world_.clock.now()},
                           {"scale", world_.clock.scale()},
                           {"instance", instance_}});
}

}  // namespace countersign::simulator
