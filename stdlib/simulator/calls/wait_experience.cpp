#include "stdlib/simulator/calls/wait_experience.h"

#include "stdlib/http/xml.h"
#include "stdlib/simulator/calls/follow_up.h"
#include "stdlib/simulator/calls/twiml.h"
#include "stdlib/simulator/calls/voicemail.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/twilio/task_routing.h"

namespace countersign::simulator {
namespace {

constexpr std::string_view kPath = "/studio/wait-experience";

// Twilio's own hold music, which is what "default" means.
constexpr const char* kHoldMusic =
    "http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3";

ServedReply twiml(const std::string& verbs) {
  ServedReply reply;
  reply.content_type = "text/xml";
  reply.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>" + verbs + "</Response>";
  return reply;
}

std::string say(const std::string& text) {
  return "<Say voice=\"Polly.Joanna\">" + xml_escaped(text) + "</Say>";
}

// One answer of the function to one request of Twilio's.
class Answer {
 public:
  Answer(const FunctionRun& function, const ServedRequest& request)
      : function_(function), request_(request), form_(request.form()) {}

  ServedReply give() const {
    std::string mode = parameter("mode"), digits = parameter("Digits");
    if (mode.empty()) return hold(true);
    if (mode == "choice" && digits == "*" && feature_is_on(function_.account())) return menu();
    if (mode == "menu" && digits == "1") return callback();
    if (mode == "menu" && digits == "2") return leave_for_voicemail();
    if (mode == "record-voicemail") return record();
    if (mode == "voicemail-recorded")
      return twiml(say("Your voicemail has been recorded. Goodbye.") + "<Hangup/>");
    if (mode == "submit-voicemail") return submit_voicemail(function_, form_, workflow());
    if (mode == "transcribed") return take_transcript(function_, form_);
    return hold(false);
  }

 private:
  std::string parameter(const char* name) const {
    return request_.query.get(name, form_.get(name));
  }
  std::string workflow() const { return request_.query.get("WorkflowSid"); }

  // A link to another mode of this function, as it stands in an attribute or element.
  std::string link(const std::string& mode) const {
    return "wait-experience?mode=" + mode + "&amp;WorkflowSid=" + xml_escaped(workflow());
  }

  ServedReply hold(bool first) const {
    std::string greeting =
        first ? say(function_.constant("GREETING",
                                       "Please wait while we direct your call to the next agent."))
              : "";
    std::string music = function_.constant("HOLD_MUSIC", kHoldMusic);
    std::string play = "<Play>" + xml_escaped(music) + "</Play>";
    std::string again = "<Redirect method=\"POST\">" + link("main-wait-loop") + "</Redirect>";
    if (!feature_is_on(function_.account())) return twiml(greeting + play + again);
    std::string prompt = function_.constant(
        "PROMPT", "Press star at any time for a callback or to leave a voicemail.");
    return twiml(greeting + "<Gather input=\"dtmf\" numDigits=\"1\" timeout=\"1\" action=\"" +
                 link("choice") + "\">" + say(prompt) + play + "</Gather>" + again);
  }

  ServedReply menu() const {
    return twiml("<Gather input=\"dtmf\" numDigits=\"1\" timeout=\"5\" action=\"" + link("menu") +
                 "\">" +
                 say("To request a callback, press 1. To leave a voicemail, press 2. To continue "
                     "holding, press any other key.") +
                 "</Gather><Redirect method=\"POST\">" + link("main-wait-loop") + "</Redirect>");
  }

  void cancel_waiting(const std::string& reason) const {
    json& account = function_.account();
    for (json& workspace : account["taskrouter"])
      for (json& task : workspace["tasks"])
        if (attributes_of(task).value("call_sid", json()) == parameter("CallSid") &&
            task["assignment_status"] == "pending" && task["task_channel_unique_name"] == "voice")
          settle_task(function_.world(), workspace, task, "canceled", reason);
  }

  ServedReply callback() const {
    std::string task =
        create_follow_up(function_, "callback", parameter("CallSid"), workflow(), json::object());
    if (task.empty()) return ServedReply(500, {{"message", "the callback task was not created"}});
    cancel_waiting("Opted to request a callback");
    return twiml(say("Thank you. A callback has been requested. Goodbye.") + "<Hangup/>");
  }

  // Twilio: <Record> is not allowed in a Wait URL's TwiML, so the call is moved to another URL.
  ServedReply leave_for_voicemail() const {
    json* call = find_record(function_.account()["calls"], parameter("CallSid"));
    if (!call) return ServedReply(500, {{"message", "no such call"}});
    (*call)["moved_to"] =
        function_.url() + "?mode=record-voicemail&WorkflowSid=" + percent_encode(workflow());
    cancel_waiting("Opted to leave a voicemail");
    return twiml("");
  }

  ServedReply record() const {
    bool transcribe = function_.constant("TRANSCRIBE", true);
    int longest = function_.constant("MAX_RECORDING_SECONDS", 120);
    return twiml(
        say("Please leave a message at the tone. When you are finished, press star or hang up.") +
        "<Record playBeep=\"true\" timeout=\"10\" finishOnKey=\"*\" maxLength=\"" +
        std::to_string(longest) + "\" action=\"" + link("voicemail-recorded") +
        "\" recordingStatusCallback=\"" + link("submit-voicemail") + "\"" +
        (transcribe ? " transcribe=\"true\" transcribeCallback=\"" + link("transcribed") + "\""
                    : "") +
        "/>" + say("Sorry. We were not able to capture your message.") + "<Hangup/>");
  }

  const FunctionRun& function_;
  const ServedRequest& request_;
  const Fields form_;
};

}  // namespace

bool is_wait_experience(const std::string& path) {
  return path.size() >= kPath.size() &&
         path.compare(path.size() - kPath.size(), kPath.size(), kPath) == 0;
}

ServedReply run_wait_experience(const FunctionRun& function, const ServedRequest& request) {
  return Answer(function, request).give();
}

}  // namespace countersign::simulator
