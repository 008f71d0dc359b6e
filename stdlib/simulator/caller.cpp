#include "stdlib/simulator/caller.h"

#include <algorithm>

#include "stdlib/simulator/agenda.h"
#include "stdlib/simulator/call_alert.h"
#include "stdlib/simulator/call_flow.h"
#include "stdlib/simulator/call_queue.h"
#include "stdlib/simulator/task_routing.h"
#include "stdlib/simulator/voice_document.h"

namespace countersign::simulator {
namespace {

constexpr const char* kUnknownNumber = "The number you have dialed is not in service.";

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

// A call that no account of the world gets to see.
json unanswered(World& world, const CallOrder& order, const json& account_sid) {
  json heard = json::array({{{"at", world.stamp()}, {"heard", kUnknownNumber}}});
  json report = {{"to", order.to},       {"from", order.from},        {"path", order.path},
                 {"heard", heard},       {"ended", "not in service"}, {"account", account_sid},
                 {"did", json::array()}, {"mails", json::array()},    {"alerts", json::array()},
                 {"due", json::array()}};
  for (const char* field :
       {"call", "number", "flow", "revision", "execution", "task", "queue", "workflow", "recording",
        "transcription", "agent", "seconds", "waiting_task"})
    report[field] = nullptr;
  return report;
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
  std::string url = number.value("voice_url", ""), spare = number.value("voice_fallback_url", "");
  for (const char* other : {"trunk_sid", "voice_application_sid"})
    if (number[other].is_string() && number[other] != "")
      return call.end(std::string("not simulated: the number's ") + other);
  if (url.empty() && spare.empty()) {
    call.hear("(busy signal)");
    return call.end("busy signal");
  }
  if (!url.empty() && answer_with(call, url, number.value("voice_method", "POST"))) return;
  if (!spare.empty() && answer_with(call, spare, number.value("voice_fallback_method", "POST")))
    return;
  announce_error(call);
}

// The task with this call and kind (callback or voicemail), where there is one.
const json* follow_up(const json& account, const std::string& call_sid, const json** home) {
  for (const json& workspace : account["taskrouter"])
    for (const json& task : workspace["tasks"]) {
      json attributes = attributes_of(task);
      if (attributes.value("call_sid", "") != call_sid || !attributes.contains("taskType"))
        continue;
      if (home) *home = &workspace;
      return &task;
    }
  return nullptr;
}

const json* of_call(const json& records, const std::string& call_sid, const char* field) {
  const json* found = nullptr;
  for (const json& record : records)
    if (record.value(field, json()) == call_sid) found = &record;
  return found;
}

// How a call ended that nothing else ended: the way it had gone by then.
std::string outcome_of(PhoneCall& call) {
  const json* task = follow_up(call.account(), call.sid(), nullptr);
  if (task && attributes_of(*task)["taskType"] == "callback") return "callback requested";
  return of_call(call.account()["recordings"], call.sid(), "call_sid") ? "voicemail left"
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

json sid_of(const json* record) {
  return record ? (*record)["sid"] : json();
}

json named(const json& records, const json& sid) {
  for (const json& record : records)
    if (record["sid"] == sid) return record["friendly_name"];
  return nullptr;
}

json mails_of(const World& world, const std::string& call_sid) {
  json mails = json::array();
  double now = world.clock.exact();
  for (const json& event : world.state["mailgun"]["events"]) {
    if (event["user-variables"].value("call_sid", "") != call_sid ||
        event["timestamp"].get<double>() > now)
      continue;
    const json& headers = event["message"]["headers"];
    auto same = [&](const json& mail) {
      return mail["id"] == headers["message-id"] && mail["recipient"] == event["recipient"];
    };
    auto known = std::find_if(mails.begin(), mails.end(), same);
    if (known != mails.end()) {
      (*known)["status"] = event["event"];
      continue;
    }
    json attached = json::array();
    for (const json& file : event["message"]["attachments"]) attached.push_back(file["filename"]);
    mails.push_back({{"id", headers["message-id"]},
                     {"recipient", event["recipient"]},
                     {"subject", headers["subject"]},
                     {"attachments", attached},
                     {"transcript", event["user-variables"].contains("transcription_sid")},
                     {"status", event["event"]}});
  }
  return mails;
}

json alerts_of(const json& account, const json& call) {
  json all = json::array();
  for (const json& alert : account["alerts"])
    if (alert["resource_sid"] == call["sid"])
      all.push_back({{"sid", alert["sid"]},
                     {"error_code", alert["error_code"]},
                     {"request_url", alert["request_url"]}});
  return all;
}

json report_of(const World& world, const std::string& account_sid, const json& account,
               const json& call) {
  std::string sid = call["sid"];
  const json& told = call["caller"];
  json report = {{"call", sid},
                 {"account", account_sid},
                 {"to", call["to"]},
                 {"from", call["from"]},
                 {"seconds", std::atol(call["duration"].get<std::string>().c_str())},
                 {"mails", mails_of(world, sid)},
                 {"alerts", alerts_of(account, call)},
                 {"due", due_of_call(world, sid)}};
  for (const char* field : {"path", "heard", "did", "ended", "number", "agent"})
    report[field] = told[field];
  const json* execution = of_call(account["executions"], told.value("execution", ""), "sid");
  report["execution"] = sid_of(execution);
  report["flow"] = execution ? (*execution)["flow_sid"] : json();
  report["revision"] = execution ? (*execution)["flow_version"] : json();
  const json* workspace = nullptr;
  const json* task = follow_up(account, sid, &workspace);
  // The task that the caller waited with is what is left of a call that an agent took.
  report["waiting_task"] = told.value("waiting_task", "") == "" ? json() : told["waiting_task"];
  if (!task && told["agent"].is_object())
    for (const json& candidate : account["taskrouter"])
      if ((task = of_call(candidate["tasks"], told["waiting_task"], "sid"))) {
        workspace = &candidate;
        break;
      }
  report["task"] = sid_of(task);
  report["queue"] = task ? named((*workspace)["queues"], (*task)["task_queue_sid"]) : json();
  report["workflow"] = task ? (*task)["workflow_sid"] : json();
  const json* recording = of_call(account["recordings"], sid, "call_sid");
  report["recording"] = sid_of(recording);
  report["transcription"] =
      recording ? sid_of(of_call(account["transcriptions"], (*recording)["sid"], "recording_sid"))
                : json();
  return report;
}

}  // namespace

json place_call(World& world, const CallOrder& order) {
  std::optional<Subscriber> subscriber = subscriber_of(world, order.to);
  if (!subscriber) return unanswered(world, order, nullptr);
  json& account = world.accounts()[subscriber->account_sid];
  if (account["status"] != "active") {
    add_call_alert(world, subscriber->account_sid, "", "10003",
                   subscriber->number.value("voice_url", ""), "");
    return unanswered(world, order, subscriber->account_sid);
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

json call_report(const World& world, const std::string& call_sid) {
  for (const json& report : call_reports(world))
    if (report["call"] == call_sid) return report;
  return nullptr;
}

json call_reports(const World& world) {
  json all = json::array();
  for (const auto& [sid, account] : world.state["accounts"].items())
    for (const json& call : account["calls"])
      if (call["caller"].is_object()) all.push_back(report_of(world, sid, account, call));
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace countersign::simulator
