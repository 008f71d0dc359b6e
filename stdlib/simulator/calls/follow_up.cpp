#include "stdlib/simulator/calls/follow_up.h"

#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/twilio/task_routing.h"

namespace countersign::simulator {
namespace {

constexpr const char* kFeature = "callback_and_voicemail_with_email";

// The workflow that stands in the function's source: another client's. A flow that forgets
// WorkflowSid lands there; where no such workflow exists creating the task fails.
constexpr const char* kFallbackWorkflow = "WWf6dc77128eece684aa897e491c530632";

json waiting_attributes(const json& account, const std::string& call_sid) {
  for (const json& workspace : account["taskrouter"])
    for (const json& task : workspace["tasks"]) {
      json attributes = attributes_of(task);
      if (attributes.value("call_sid", json()) == call_sid && !attributes.contains("taskType"))
        return attributes;
    }
  return json::object();
}

}  // namespace

bool feature_is_on(const json& account) {
  const json::json_pointer place("/flex_configuration/ui_attributes/custom_data/features/" +
                                 std::string(kFeature) + "/enabled");
  return account.contains(place) && account[place] == true;
}

std::string create_follow_up(const FunctionRun& function, const std::string& type,
                             const std::string& call_sid, const std::string& workflow_sid,
                             const json& more) {
  std::string workflow =
      workflow_sid.empty()
          ? function.constant("FALLBACK_WORKFLOW_SID", kFallbackWorkflow).get<std::string>()
          : workflow_sid;
  const json* call = find_record(function.account()["calls"], call_sid);
  std::string from = call ? (*call)["from"].get<std::string>() : "";
  json attributes = {
      {"taskType", type},     {"direction", "inbound"},
      {"from", from},         {"name", from},
      {"call_sid", call_sid}, {"callBackData", {{"numberToCall", from}, {"attempts", 0}}}};
  if (call) attributes["callBackData"]["numberToCallFrom"] = (*call)["to"];
  // The agent's page is known from the task that the caller waited with.
  json waited = waiting_attributes(function.account(), call_sid);
  if (waited.contains("profile_url")) attributes["profile_url"] = waited["profile_url"];
  attributes.update(more);
  Fields form;
  form.add("WorkflowSid", workflow);
  form.add("TaskChannel", type == "voicemail" ? "voicemail" : "callback");
  form.add("Attributes", dump(attributes));
  ServedReply reply =
      function.as_account("POST",
                          "https://taskrouter.twilio.com/v1/Workspaces/" +
                              function.variable("TWILIO_FLEX_WORKSPACE_SID") + "/Tasks",
                          form);
  json answer = json::parse(reply.body, nullptr, false);
  if (!succeeded(reply) || !answer.is_object()) {
    function.log("error", "creating the " + type + " task in workflow " + workflow +
                              " failed: " + trouble_of(reply) +
                              (answer.is_object() ? " " + answer.value("message", "") : ""));
    return "";
  }
  std::string sid = answer.value("sid", "");
  function.log("info", type + " task " + sid + " created in workflow " + workflow + " for " + from);
  return sid;
}

}  // namespace countersign::simulator
