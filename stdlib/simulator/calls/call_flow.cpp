#include "stdlib/simulator/calls/call_flow.h"

#include <algorithm>

#include "stdlib/simulator/calls/call_queue.h"
#include "stdlib/simulator/calls/liquid.h"
#include "stdlib/simulator/calls/voice_document.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/twilio/twilio.h"
#include "stdlib/simulator/twilio/webhook.h"

namespace countersign::simulator {
namespace {

constexpr int kMostSteps = 1000;  // Twilio: of one execution

const json* state_of(const json& definition, const std::string& name) {
  for (const json& state : definition["states"])
    if (state.value("name", "") == name) return &state;
  return nullptr;
}

// Studio writes numbers as numbers and as text.
int number(const json& properties, const char* key, int otherwise) {
  const json value = properties.value(key, json());
  if (value.is_number()) return value.get<int>();
  return value.is_string() ? std::atoi(value.get<std::string>().c_str()) : otherwise;
}

class FlowWalk {
 public:
  FlowWalk(PhoneCall& call, const std::string& flow_sid, const json& revision)
      : call_(call), definition_(revision["definition"]) {
    json execution = new_record(call.world(), "execution");
    execution["flow_sid"] = flow_sid;
    execution["flow_version"] = revision["revision"];
    execution["contact_channel_address"] = call.order().from;
    execution["status"] = "active";
    call.execution_sid = execution["sid"];
    json sent = json::object();
    const Fields form = call.form();
    for (const auto& [name, value] : form.items()) sent[name] = value;
    context_ = {{"trigger", {{"call", sent}}},
                {"contact", {{"channel", {{"address", call.order().from}}}}},
                {"flow",
                 {{"sid", execution["sid"]},
                  {"flow_sid", flow_sid},
                  {"channel", {{"address", call.order().to}}},
                  {"variables", json::object()}}},
                {"widgets", json::object()}};
    execution["context"] = context_;
    call.account()["executions"].push_back(execution);
  }

  void walk() {
    std::string name = definition_.value("initial_state", "");
    for (int i = 0; i < kMostSteps && !name.empty(); ++i) {
      const json* state = state_of(definition_, name);
      if (!state) break;
      std::string event = perform(*state);
      std::string next = next_.empty() ? next_of(*state, event) : next_;
      next_.clear();
      note(*state, event, next);
      if (call_.over()) break;
      name = next;
    }
    call_.hang_up();
    json& mine = execution();
    mine["status"] = "ended";
    mine["date_updated"] = call_.world().stamp();
  }

 private:
  json& execution() const {
    return *find_record(call_.account()["executions"], call_.execution_sid);
  }

  std::string next_of(const json& state, const std::string& event) const {
    for (const json& transition : state.value("transitions", json::array()))
      if (transition.value("event", "") == event && transition.value("next", json()).is_string())
        return transition["next"];
    return "";
  }

  void note(const json& state, const std::string& event, const std::string& next) {
    json step = new_record(call_.world(), "step");
    json& mine = execution();
    step["name"] = event;
    step["type"] = state["type"];
    step["transitioned_from"] = state["name"];
    step["transitioned_to"] = next.empty() ? "Ended" : next;
    step["context"] = context_;
    if (!mine["steps"].empty()) step["parent_step_sid"] = mine["steps"].back()["sid"];
    mine["steps"].push_back(step);
    mine["context"] = context_;
  }

  std::string text(const json& properties, const char* key) const {
    json value = properties.value(key, json());
    return value.is_string() ? render_liquid(value.get<std::string>(), context_) : "";
  }

  // What the widget did: the event that says which way it goes on.
  std::string perform(const json& state) {
    std::string type = state.value("type", ""), name = state.value("name", "");
    json properties = state.value("properties", json::object());
    json& result = context_["widgets"][name];
    result = json::object();
    if (type == "trigger") return "incomingCall";
    if (type == "say-play") return say_play(properties);
    if (type == "set-variables") return set_variables(properties);
    if (type == "split-based-on") return split(state, properties, result);
    if (type == "gather-input-on-call") return gather(properties, result);
    if (type == "run-function") return run_function(properties, result);
    if (type == "record-voicemail") return record(properties, result);
    if (type == "send-to-flex") return enqueue(properties, result);
    call_.end("not simulated: the widget " + type);
    return "failed";
  }

  void say_or_play(const json& properties) {
    call_.say(text(properties, "say"));
    std::string url = text(properties, "play");
    if (!url.empty()) call_.hear("(plays: " + url + ")");
  }

  std::string say_play(const json& properties) {
    say_or_play(properties);
    return "audioComplete";
  }

  std::string set_variables(const json& properties) {
    for (const json& pair : properties.value("variables", json::array()))
      context_["flow"]["variables"][pair.value("key", "")] = text(pair, "value");
    return "next";
  }

  bool condition_holds(const json& condition) const {
    std::string subject;
    for (const json& argument : condition.value("arguments", json::array()))
      if (argument.is_string()) subject = render_liquid(argument.get<std::string>(), context_);
    std::string kind = condition.value("type", ""), value = text(condition, "value");
    if (kind == "equal_to") return subject == value;
    if (kind == "not_equal_to") return subject != value;
    if (kind == "contains") return subject.find(value) != std::string::npos;
    if (kind == "is_blank") return subject.empty();
    return kind == "is_not_blank" && !subject.empty();
  }

  std::string split(const json& state, const json& properties, json& result) {
    result["input"] = text(properties, "input");
    for (const json& transition : state.value("transitions", json::array())) {
      json conditions = transition.value("conditions", json::array());
      bool holds = !conditions.empty() &&
                   std::all_of(conditions.begin(), conditions.end(),
                               [&](const json& condition) { return condition_holds(condition); });
      if (!holds) continue;
      if (transition.value("next", json()).is_string()) next_ = transition["next"];
      return "match";
    }
    return "noMatch";
  }

  std::string gather(const json& properties, json& result) {
    say_or_play(properties);
    int count = std::max(1, number(properties, "number_of_digits", 1));
    std::string digits;
    while (static_cast<int>(digits.size()) < count) {
      std::optional<char> key = call_.next_key();
      if (!key) break;
      digits += *key;
    }
    call_.pass(digits.empty() ? number(properties, "timeout", 5) : 1);
    if (digits.empty()) return "timeout";
    result["Digits"] = digits;
    return "keypress";
  }

  std::string run_function(const json& properties, json& result) {
    Fields form;
    for (const json& pair : properties.value("parameters", json::array()))
      form.add(pair.value("key", ""), text(pair, "value"));
    std::string url = text(properties, "url");
    ServedReply reply = ask(call_.world(), webhook(call_.account(), "POST", url, form));
    result["status_code"] = reply.status;
    result["body"] = reply.body;
    json parsed = json::parse(reply.body, nullptr, false);
    if (!parsed.is_discarded()) result["parsed"] = parsed;
    if (succeeded(reply)) return "success";
    call_.alert("81017", url, trouble_of(reply));
    return "fail";
  }

  std::string record(const json& properties, json& result) {
    Recorder recorder;
    recorder.status_url = text(properties, "recording_status_callback_url");
    recorder.transcript_url = text(properties, "transcription_callback_url");
    recorder.transcribe = properties.value("transcribe", json()) == true;
    recorder.longest = number(properties, "max_length", 3600);
    recorder.timeout = number(properties, "timeout", 5);
    std::string sid = record_caller(call_, recorder);
    if (sid.empty()) return "noAudio";
    result["RecordingSid"] = sid;
    return "recordingComplete";
  }

  std::string enqueue(const json& properties, json& result) {
    FlexOrder order;
    order.workflow = text(properties, "workflow");
    order.wait_url = text(properties, "waitUrl");
    order.wait_method = text(properties, "waitUrlMethod") == "GET" ? "GET" : "POST";
    std::string own = text(properties, "attributes");
    order.attributes = json::parse(own.empty() ? "{}" : own, nullptr, false);
    result["workflow"] = order.workflow;
    result["waitUrl"] = order.wait_url;
    if (!order.attributes.is_object()) {
      result["error"] = "the task attributes are no JSON object: " + own;
      return "failedToEnqueue";
    }
    std::string event = send_to_flex(call_, order);
    result["TaskSid"] = call_.waiting_task;
    if (event == "failedToEnqueue")
      result["error"] = "no task in workflow " + order.workflow + " could be made";
    return event;
  }

  PhoneCall& call_;
  const json definition_;
  json context_;
  std::string next_;  // where a split goes, which its event does not tell
};

}  // namespace

FlowAddress flow_address(const std::string& voice_url) {
  const std::string base = "https://webhooks.twilio.com/v1/Accounts/";
  std::size_t flows = voice_url.find("/Flows/");
  if (voice_url.compare(0, base.size(), base) != 0 || flows == std::string::npos) return {};
  std::string flow = voice_url.substr(flows + 7);
  return {voice_url.substr(base.size(), flows - base.size()),
          flow.substr(0, flow.find_first_of("/?"))};
}

const json* published_revision(const json& flow) {
  if (flow["status"] == "published") return &flow;
  const json* latest = nullptr;
  for (const json& revision : flow["revisions"])
    if (revision["status"] == "published" &&
        (!latest || revision["revision"].get<int>() > (*latest)["revision"].get<int>()))
      latest = &revision;
  return latest;
}

void walk_flow(PhoneCall& call, const json& flow) {
  // Copied: the world's records move while the call lasts.
  const json revision = *published_revision(flow);
  FlowWalk(call, flow["sid"].get<std::string>(), revision).walk();
}

}  // namespace countersign::simulator
