#include "stdlib/simulator/calls/call_report.h"

#include <algorithm>

#include "stdlib/simulator/server/scheduler.h"
#include "stdlib/simulator/twilio/task_routing.h"

namespace countersign::simulator {
namespace {

constexpr const char* kUnknownNumber = "The number you have dialed is not in service.";

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
    if (event["user-variables"].value("call_sid", json()) != call_sid ||
        event["timestamp"].get<double>() > now)
      continue;
    const json headers = event["message"].value("headers", json::object());
    auto same = [&](const json& mail) {
      return mail["id"] == headers.value("message-id", json()) &&
             mail["recipient"] == event["recipient"];
    };
    auto known = std::find_if(mails.begin(), mails.end(), same);
    if (known != mails.end()) {
      (*known)["status"] = event["event"];
      continue;
    }
    json attached = json::array();
    for (const json& file : event["message"].value("attachments", json::array()))
      attached.push_back(file.value("filename", json()));
    mails.push_back({{"id", headers.value("message-id", json())},
                     {"recipient", event["recipient"]},
                     {"subject", headers.value("subject", json())},
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
                 {"started", call["start_time"]},
                 {"seconds", std::atol(call["duration"].get<std::string>().c_str())},
                 {"mails", mails_of(world, sid)},
                 {"alerts", alerts_of(account, call)},
                 {"due", due_of_call(world, sid)}};
  for (const char* field : {"path", "heard", "did", "ended", "number", "agent"})
    report[field] = told[field];
  const json* execution = last_with(account["executions"], "sid", told["execution"]);
  report["execution"] = sid_of(execution);
  report["flow"] = execution ? (*execution)["flow_sid"] : json();
  report["revision"] = execution ? (*execution)["flow_version"] : json();
  const json* workspace = nullptr;
  const json* task = follow_up(account, sid, &workspace);
  // The task that the caller waited with is what is left of a call that an agent took.
  report["waiting_task"] = told.value("waiting_task", "") == "" ? json() : told["waiting_task"];
  if (!task && told["agent"].is_object())
    for (const json& candidate : account["taskrouter"])
      if ((task = last_with(candidate["tasks"], "sid", told["waiting_task"]))) {
        workspace = &candidate;
        break;
      }
  report["task"] = sid_of(task);
  report["queue"] = task ? named((*workspace)["queues"], (*task)["task_queue_sid"]) : json();
  report["workflow"] = task ? (*task)["workflow_sid"] : json();
  const json* recording = last_with(account["recordings"], "call_sid", sid);
  report["recording"] = sid_of(recording);
  report["transcription"] =
      recording ? sid_of(last_with(account["transcriptions"], "recording_sid", (*recording)["sid"]))
                : json();
  return report;
}

}  // namespace

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
  std::stable_sort(all.begin(), all.end(), [](const json& a, const json& b) {
    return a["started"].get<std::string>() > b["started"].get<std::string>();
  });
  return all;
}

json unanswered_report(const World& world, const CallOrder& order, const json& account_sid) {
  json heard = json::array({{{"at", world.stamp()}, {"heard", kUnknownNumber}}});
  json report = {{"to", order.to},       {"from", order.from},        {"path", order.path},
                 {"heard", heard},       {"ended", "not in service"}, {"account", account_sid},
                 {"did", json::array()}, {"mails", json::array()},    {"alerts", json::array()},
                 {"due", json::array()}};
  for (const char* field :
       {"call", "number", "flow", "revision", "execution", "task", "queue", "workflow", "recording",
        "transcription", "agent", "seconds", "started", "waiting_task"})
    report[field] = nullptr;
  return report;
}

const json* follow_up(const json& account, const std::string& call_sid, const json** workspace) {
  for (const json& home : account["taskrouter"])
    for (const json& task : home["tasks"]) {
      json attributes = attributes_of(task);
      if (attributes.value("call_sid", json()) != call_sid || !attributes.contains("taskType"))
        continue;
      if (workspace) *workspace = &home;
      return &task;
    }
  return nullptr;
}

const json* last_with(const json& records, const char* field, const json& value) {
  const json* found = nullptr;
  for (const json& record : records)
    if (record.value(field, json()) == value) found = &record;
  return found;
}

}  // namespace countersign::simulator
