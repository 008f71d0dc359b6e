#include "stdlib/simulator/calls/voice_recording.h"

#include "stdlib/simulator/calls/call_alert.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/server/scheduler.h"
#include "stdlib/simulator/twilio/twilio.h"
#include "stdlib/simulator/twilio/webhook.h"

namespace countersign::simulator {
namespace {

// Twilio transcribes recordings of more than two seconds and of two minutes at most.
constexpr int kShortest = 2, kLongest = 120;

std::string media_url(const std::string& account_sid, const std::string& recording_sid) {
  return "https://api.twilio.com/2010-04-01/Accounts/" + account_sid + "/Recordings/" +
         recording_sid;
}

json call_form(const json& account, const std::string& account_sid, const std::string& call_sid) {
  const json* call = nullptr;
  for (const json& record : account["calls"])
    if (record["sid"] == call_sid) call = &record;
  json form = {{"AccountSid", account_sid}, {"CallSid", call_sid}};
  if (call) form.update({{"From", (*call)["from"]}, {"To", (*call)["to"]}});
  return form;
}

// Whether a transcription that is asked for can be made: an account in debt or without any left
// gets a failed one.
bool can_transcribe(json& account, int seconds) {
  json& left = account["voice"]["transcriptions_left"];
  bool enough = !left.is_number() || left.get<int>() > 0;
  if (left.is_number() && enough) left = left.get<int>() - 1;
  bool in_debt = std::atof(account["balance"].value("balance", "0").c_str()) < 0;
  return enough && !in_debt && account["voice"]["transcriptions"] == "completed" &&
         seconds >= kShortest && seconds <= kLongest;
}

void add_transcription(World& world, const NewRecording& made, const std::string& recording_sid,
                       int seconds) {
  json& account = world.accounts()[made.account_sid];
  json record = new_record(world, "transcription");
  record["recording_sid"] = recording_sid;
  record["duration"] = std::to_string(seconds);
  record["status"] = "in-progress";
  account["transcriptions"].push_back(record);
  schedule(world, world.clock.exact() + account["voice"]["transcription_seconds"].get<double>(),
           {{"kind", "transcription"},
            {"account", made.account_sid},
            {"call", made.call_sid},
            {"transcription", record["sid"]},
            {"status", can_transcribe(account, seconds) ? "completed" : "failed"},
            {"text", made.speech},
            {"url", made.transcript_url}});
}

}  // namespace

std::string add_recording(World& world, const NewRecording& made) {
  json& account = world.accounts()[made.account_sid];
  std::string outcome = account["voice"]["recordings"];
  int seconds = outcome == "completed" ? made.seconds : 0;
  json record = new_record(world, "recording");
  record["call_sid"] = made.call_sid;
  record["start_time"] = record["date_created"] = iso_time(static_cast<Seconds>(made.began));
  record["duration"] = std::to_string(seconds);
  record["status"] = outcome == "absent" ? "absent" : "completed";
  double writing = account["voice"]["recording_seconds"];
  if (writing > 0)
    record["media_not_before"] = iso_time(static_cast<Seconds>(world.clock.exact() + writing));
  std::string sid = record["sid"], status = record["status"];
  account["recordings"].push_back(record);
  if (!made.status_url.empty()) {
    json form = call_form(account, made.account_sid, made.call_sid);
    form.update({{"RecordingSid", sid},
                 {"RecordingUrl", media_url(made.account_sid, sid)},
                 {"RecordingStatus", status},
                 {"RecordingDuration", std::to_string(seconds)}});
    schedule(world, world.clock.exact(),
             {{"kind", "webhook"},
              {"account", made.account_sid},
              {"call", made.call_sid},
              {"url", made.status_url},
              {"form", form}});
  }
  if (made.transcribe && status == "completed") add_transcription(world, made, sid, seconds);
  return sid;
}

void finish_transcription(World& world, const json& entry) {
  auto account = world.accounts().find(entry["account"].get<std::string>());
  if (account == world.accounts().end()) return;
  json* record =
      find_record((*account)["transcriptions"], entry["transcription"].get<std::string>());
  if (!record) return;
  (*record)["status"] = entry["status"];
  if (entry["status"] == "completed") (*record)["transcription_text"] = entry["text"];
  (*record)["date_updated"] = world.stamp();
  std::string url = entry["url"];
  if (url.empty()) return;
  Fields form;
  json call = call_form(*account, account.key(), entry["call"]);
  for (const auto& [name, value] : call.items()) form.add(name, value.get<std::string>());
  std::string recording = (*record)["recording_sid"];
  form.add("RecordingSid", recording);
  form.add("RecordingUrl", media_url(account.key(), recording));
  form.add("TranscriptionSid", (*record)["sid"]);
  form.add("TranscriptionStatus", (*record)["status"]);
  form.add("TranscriptionText", (*record)["transcription_text"]);
  ServedReply reply = ask(world, webhook(*account, "POST", url, form));
  if (!succeeded(reply))
    add_call_alert(world, entry["account"], entry["call"], fetch_error(reply), url,
                   trouble_of(reply));
}

}  // namespace countersign::simulator
