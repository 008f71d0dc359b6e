#include "stdlib/simulator/calls/call_queue.h"

#include <algorithm>

#include "stdlib/simulator/calls/liquid.h"
#include "stdlib/simulator/calls/voice_document.h"
#include "stdlib/simulator/twilio/task_routing.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

constexpr double kTalk = 30;

// What Flex puts beside the flow's own attributes.
json with_call(const PhoneCall& call, const json& own) {
  json attributes = {{"from", call.order().from},
                     {"to", call.order().to},
                     {"caller", call.order().from},
                     {"called", call.order().to},
                     {"name", call.order().from},
                     {"direction", "inbound"},
                     {"channelType", "voice"},
                     {"call_sid", call.sid()},
                     {"flow_execution_sid", call.execution_sid}};
  attributes.update(own);
  return attributes;
}

struct Place {
  json* workspace = nullptr;
  json* task = nullptr;
};

Place place_of(json& account, const std::string& task_sid) {
  Place place{workspace_with(account, "tasks", task_sid)};
  if (place.workspace) place.task = find_record((*place.workspace)["tasks"], task_sid);
  return place;
}

bool has_agents(const json& workspace, const json& task) {
  for (const json& queue : workspace["queues"])
    if (queue["sid"] == task["task_queue_sid"]) return queue["agents"].get<int>() > 0;
  return false;
}

class Waiting {
 public:
  Waiting(PhoneCall& call, const FlexOrder& order) : call_(call), order_(order) {}

  void wait() {
    Place place = place_of(call_.account(), call_.waiting_task);
    bool answered = call_.order().path == "agent" && has_agents(*place.workspace, *place.task);
    bool leaves = answered || call_.order().path == "hangup";
    call_.limit(call_.now() + (leaves ? call_.order().hold : call_.order().patience));
    call_.note_sound();
    Leaving leaving = listen();
    call_.limit(std::nullopt);
    if (leaving == Leaving::limited && answered) return agent_answers();
    if (leaving == Leaving::limited)
      call_.end(call_.order().path == "hangup" ? "hung up"
                : call_.has_keys()             ? "nothing offered"
                                               : "nobody answered");
    if (leaving == Leaving::silent) call_.end("dead air");
    if (leaving == Leaving::moved) move_on();
    give_up_task();
  }

 private:
  Leaving listen() {
    for (;;) {
      Leaving leaving = once();
      if (leaving != Leaving::finished) return leaving;
      // Twilio asks the Wait URL again when its document is at an end.
      if (call_.now() - call_.silent_since() >= kSilence) return Leaving::silent;
    }
  }

  Leaving once() {
    if (order_.wait_url.empty()) {
      call_.hear("(music: Twilio's own)");
      bool went_on = call_.pass(kTalk);
      call_.note_sound();
      return went_on ? Leaving::finished : Leaving::limited;
    }
    Following start{order_.wait_url, order_.wait_method, true, true};
    start.extra.add("QueueSid", "QU" + call_.waiting_task.substr(2));
    start.extra.add("QueueTime", "0");
    double before = call_.now();
    Leaving leaving = follow_document(call_, start);
    bool nothing = leaving == Leaving::finished && call_.now() == before;
    if (leaving != Leaving::unreachable && !nothing) return leaving;
    call_.hear("(silence)");
    double heard_nothing = call_.now() - call_.silent_since();
    return call_.pass(std::max(0.0, kSilence - heard_nothing)) ? Leaving::silent : Leaving::limited;
  }

  void agent_answers() {
    json& account = call_.account();
    call_.hear("(an agent answers)");
    call_.agent = agent_takes(call_.world(), account, call_.waiting_task);
    call_.end("agent accepted");
    call_.pass(kTalk);
    Place place = place_of(account, call_.waiting_task);
    if (place.task) settle_task(call_.world(), *place.workspace, *place.task, "completed", "");
  }

  void move_on() {
    json& moved = call_.record()["moved_to"];
    Following start{moved.get<std::string>()};
    moved = nullptr;
    follow_document(call_, start);
    call_.hang_up();
  }

  // Twilio cancels the task of a caller who is gone.
  void give_up_task() {
    Place place = place_of(call_.account(), call_.waiting_task);
    if (place.task && (*place.task)["assignment_status"] == "pending")
      settle_task(call_.world(), *place.workspace, *place.task, "canceled", "hangup");
  }

  PhoneCall& call_;
  const FlexOrder& order_;
};

}  // namespace

std::string send_to_flex(PhoneCall& call, const FlexOrder& order) {
  World& world = call.world();
  json* workspace = workspace_with(call.account(), "workflows", order.workflow);
  if (!workspace) return "failedToEnqueue";
  json task = new_record(world, "task");
  task["workflow_sid"] = order.workflow;
  task["task_channel_unique_name"] = "voice";
  task["attributes"] = dump(with_call(call, order.attributes));
  call.waiting_task = add_task(world, *workspace, task);
  if (!(*find_record((*workspace)["tasks"], call.waiting_task))["task_queue_sid"].is_string())
    return "failedToEnqueue";
  Waiting(call, order).wait();
  return "callComplete";
}

json agent_takes(World& world, json& account, const std::string& task_sid) {
  Place place = place_of(account, task_sid);
  if (!place.task || accept_task(world, *place.workspace, *place.task).empty()) return nullptr;
  const json& queue = *find_record((*place.workspace)["queues"],
                                   (*place.task)["task_queue_sid"].get<std::string>());
  return {{"task", task_sid},
          {"queue", queue["friendly_name"]},
          {"worker", (*place.task)["reservations"].back()["worker_name"]},
          {"crm", crm_page(account, attributes_of(*place.task))}};
}

json crm_page(const json& account, const json& attributes) {
  const json::json_pointer place(
      "/flex_configuration/ui_attributes/custom_data/features/enhanced_crm_container");
  if (!account.contains(place) || !account[place].is_object()) return nullptr;
  const json& container = account[place];
  if (container.value("enabled", json()) != true) return nullptr;
  auto text = [&](const char* key) {
    return container.contains(key) && container[key].is_string() ? container[key].get<std::string>()
                                                                 : std::string();
  };
  // Whatever stands there is shown, a page that somebody wrote in by hand too; the literal
  // {{task.attributes.profile_url}} is what makes it the caller's.
  std::string url = render_liquid(text("url"), {{"task", {{"attributes", attributes}}}});
  if (url.empty() && container.value("should_display_url_when_no_tasks", json()) == true)
    url = text("display_url_when_no_tasks");
  return url.empty() ? json() : json(url);
}

}  // namespace countersign::simulator
