#include "stdlib/simulator/calls/caller.h"

#include "stdlib/simulator/calls/call_alert.h"
#include "stdlib/simulator/calls/call_flow.h"
#include "stdlib/simulator/calls/call_queue.h"
#include "stdlib/simulator/calls/call_report.h"
#include "stdlib/simulator/calls/voice_document.h"
#include "stdlib/simulator/twilio/task_routing.h"

namespace countersign::simulator {
namespace {

// Whose the number is; the account's SID and the number's record.
struct Subscriber {
  std::string account_sid;
  json number;
};

std::optional<Subscriber> subscriber_of(World& world, const std::string& number) {
  for (auto& [sid, account] : world.accounts().items())
    if (const json* found = find_record(account["phone_numbers"], number, "phone_number"))
      return Subscriber{sid, *found};
  return std::nullopt;
}

// Goes where a voice URL leads. False where nothing could be had from it.
bool answer_with(PhoneCall& call, const std::string& url, const std::string& method) {
  FlowAddress address = flow_address(url);
  if (address.flow_sid.empty()) {
    Following start{url, method};
    start.quietly = true;
    return follow_document(call, start) != Leaving::unreachable;
  }
  const json* flow = address.account_sid == call.account_sid()
                         ? find_record(call.account()["flows"], address.flow_sid)
                         : nullptr;
  if (!flow || !published_revision(*flow)) {
    call.alert("11200", url,
               flow ? "404, the flow has no published revision" : "404, no such flow");
    return false;
  }
  walk_flow(call, *flow);
  return true;
}

void dial(PhoneCall& call, const json& number) {
  // Twilio: an address that is not set is "" or null.
  auto text = [&](const char* field, const char* otherwise) {
    const json value = number.value(field, json());
    return value.is_string() ? value.get<std::string>() : std::string(otherwise);
  };
  std::string url = text("voice_url", ""), spare = text("voice_fallback_url", "");
  for (const char* other : {"trunk_sid", "voice_application_sid"})
    if (number[other].is_string() && number[other] != "")
      return call.end(std::string("not simulated: the number's ") + other);
  if (url.empty() && spare.empty()) {
    call.hear("(busy signal)");
    return call.end("busy signal");
  }
  if (!url.empty() && answer_with(call, url, text("voice_method", "POST"))) return;
  if (!spare.empty() && answer_with(call, spare, text("voice_fallback_method", "POST"))) return;
  announce_error(call);
}

// How a call ended that nothing else ended: the way it had gone by then.
std::string outcome_of(PhoneCall& call) {
  const json* task = follow_up(call.account(), call.sid(), nullptr);
  if (task && attributes_of(*task)["taskType"] == "callback") return "callback requested";
  return last_with(call.account()["recordings"], "call_sid", call.sid()) ? "voicemail left"
                                                                         : "call ended";
}

void close_books(PhoneCall& call, const json& number) {
  json& record = call.record();
  World& world = call.world();
  record["status"] = "completed";
  record["duration"] = std::to_string(static_cast<long>(call.now() - call.began()));
  record["end_time"] = record["date_updated"] = world.stamp();
  record["moved_to"] = nullptr;
  record["caller"] = {{"path", call.order().path},
                      {"heard", call.heard()},
                      {"did", call.did()},
                      {"ended", call.ended()},
                      {"number", number["sid"]},
                      {"execution", call.execution_sid},
                      {"waiting_task", call.waiting_task},
                      {"agent", call.agent}};
}

}  // namespace

json place_call(World& world, const CallOrder& order) {
  std::optional<Subscriber> subscriber = subscriber_of(world, order.to);
  if (!subscriber) return unanswered_report(world, order, nullptr);
  json& account = world.accounts()[subscriber->account_sid];
  if (account["status"] != "active") {
    add_call_alert(world, subscriber->account_sid, "", "10003",
                   subscriber->number.value("voice_url", ""), "");
    return unanswered_report(world, order, subscriber->account_sid);
  }
  PhoneCall call(world, order, subscriber->account_sid, subscriber->number);
  dial(call, subscriber->number);
  call.end(outcome_of(call));
  close_books(call, subscriber->number);
  return call.sid();
}

void accept_follow_up(World& world, const std::string& call_sid) {
  for (json& account : world.accounts()) {
    json* call = find_record(account["calls"], call_sid);
    if (!call) continue;
    if (const json* task = follow_up(account, call_sid, nullptr))
      (*call)["caller"]["agent"] = agent_takes(world, account, (*task)["sid"]);
  }
}

}  // namespace countersign::simulator
