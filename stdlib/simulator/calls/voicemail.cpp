#include "stdlib/simulator/calls/voicemail.h"

#include "stdlib/simulator/calls/follow_up.h"
#include "stdlib/simulator/calls/mail_delivery.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/server/scheduler.h"
#include "stdlib/simulator/twilio/task_routing.h"

namespace countersign::simulator {
namespace {

ServedReply done() {
  ServedReply reply;
  reply.content_type = "text/plain";
  return reply;
}

void again_at(World& world, double at, json work, const char* step) {
  work["step"] = step;
  schedule(world, at, work);
}

// False where another try is to come.
bool fetch_audio(const FunctionRun& function, json& work) {
  // The variables and not the run's own credentials: a recording's media wants the account's SID
  // and Auth Token, and an .env file that holds others outranks them.
  std::string sid = function.variable("ACCOUNT_SID"), token = function.variable("AUTH_TOKEN");
  if (sid.empty()) sid = function.account_sid();
  if (token.empty()) token = function.account()["auth_token"];
  std::string recording = work["recording"];
  ServedRequest request = form_request(
      "GET",
      "https://api.twilio.com/2010-04-01/Accounts/" + sid + "/Recordings/" + recording + ".mp3",
      Fields());
  add_credential(request, sid, token);
  ServedReply reply = ask(function.world(), request);
  work["audio"] = succeeded(reply);
  if (work["audio"] == true) return true;
  int attempt = work["attempt"], most = function.constant("RECORDING_FETCH_ATTEMPTS", 3);
  bool hopeless = reply.status == 401 || reply.status == 403;
  std::string text = "fetch recording " + recording + ": " + trouble_of(reply);
  if (hopeless || attempt >= most) {
    function.log("error", text + ", given up after attempt " + std::to_string(attempt));
    return true;
  }
  function.log("warn", text + ", retrying");
  work["attempt"] = attempt + 1;
  double pause = function.constant("RECORDING_RETRY_SECONDS", 5);
  again_at(function.world(), function.world().clock.exact() + pause, work, "fetch");
  return false;
}

const json* finished_transcript(const FunctionRun& function, const std::string& recording) {
  const json* found = find_record(function.account()["transcriptions"], recording, "recording_sid");
  return found && (*found)["status"] != "in-progress" ? found : nullptr;
}

// False while it is worth waiting for the transcript.
bool transcript_is_settled(const FunctionRun& function, const json& work) {
  if (!find_record(function.account()["transcriptions"], work["recording"].get<std::string>(),
                   "recording_sid"))
    return true;
  if (finished_transcript(function, work["recording"])) return true;
  double until = work["recorded_at"].get<double>() +
                 function.constant("TRANSCRIPT_WAIT_SECONDS", 30).get<double>();
  if (function.world().clock.exact() >= until) return true;
  again_at(function.world(), until, work, "mail");
  return false;
}

void send_mail(const FunctionRun& function, json& work) {
  std::string recording = work["recording"];
  VoicemailMail mail;
  mail.call_sid = work["call"];
  mail.recording_sid = recording;
  mail.with_audio = work["audio"];
  if (const json* transcript = finished_transcript(function, recording))
    if ((*transcript)["status"] == "completed") mail.transcription_sid = (*transcript)["sid"];
  MailOutcome outcome = send_voicemail_mail(function, mail);
  if (outcome != MailOutcome::try_again) return;
  int attempt = work.value("mail_attempt", 1);
  if (attempt >= function.constant("MAIL_ATTEMPTS", 3).get<int>()) {
    function.log("error", "voicemail " + recording + " was not mailed, given up after attempt " +
                              std::to_string(attempt));
    return;
  }
  work["mail_attempt"] = attempt + 1;
  again_at(
      function.world(),
      function.world().clock.exact() + function.constant("MAIL_RETRY_SECONDS", 5).get<double>(),
      work, "send");
}

}  // namespace

ServedReply submit_voicemail(const FunctionRun& function, const Fields& form,
                             const std::string& workflow_sid) {
  if (!feature_is_on(function.account())) return done();
  std::string recording = form.get("RecordingSid"), call = form.get("CallSid");
  std::string task =
      create_follow_up(function, "voicemail", call, workflow_sid,
                       {{"recordingSid", recording}, {"recordingUrl", form.get("RecordingUrl")}});
  World& world = function.world();
  schedule(world, world.clock.exact(),
           {{"kind", "voicemail"},
            {"step", "fetch"},
            {"domain", function.domain()},
            {"path", function.path()},
            {"call", call},
            {"recording", recording},
            {"recorded_at", world.clock.exact()},
            {"attempt", 1},
            {"audio", false}});
  return task.empty() ? ServedReply(500, {{"message", "the voicemail task was not created"}})
                      : done();
}

ServedReply take_transcript(const FunctionRun& function, const Fields& form) {
  World& world = function.world();
  std::string recording = form.get("RecordingSid");
  // The mail that waits for it goes out now.
  for (json& entry : world.state["due"])
    if (entry.value("kind", "") == "voicemail" && entry.value("step", "") == "mail" &&
        entry.value("recording", "") == recording)
      entry["at"] = world.clock.exact();
  if (form.get("TranscriptionStatus") != "completed") {
    function.log("warn", "transcription of " + recording + " failed");
    return done();
  }
  for (const json& workspace : function.account()["taskrouter"])
    for (const json& task : workspace["tasks"]) {
      json attributes = attributes_of(task);
      if (attributes.value("recordingSid", json()) != recording) continue;
      attributes["transcriptionText"] = form.get("TranscriptionText");
      attributes["transcriptionSid"] = form.get("TranscriptionSid");
      Fields change;
      change.add("Attributes", dump(attributes));
      ServedReply reply = function.as_account("POST",
                                              "https://taskrouter.twilio.com/v1/Workspaces/" +
                                                  workspace["sid"].get<std::string>() + "/Tasks/" +
                                                  task["sid"].get<std::string>(),
                                              change);
      if (!succeeded(reply))
        function.log("error", "transcript of " + recording +
                                  " did not reach its task: " + trouble_of(reply));
      return done();  // the loop's records may have moved
    }
  return done();
}

void continue_voicemail(World& world, json work) {
  std::optional<FunctionRun> function = FunctionRun::at(world, work["domain"], work["path"]);
  if (!function) return;  // it was taken down meanwhile
  if (work["step"] == "fetch" && !fetch_audio(*function, work)) return;
  if (work["step"] != "send" && !transcript_is_settled(*function, work)) return;
  send_mail(*function, work);
}

}  // namespace countersign::simulator
