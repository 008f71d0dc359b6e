#include "stdlib/simulator/calls/mail_delivery.h"

#include "stdlib/simulator/calls/voice_recording.h"
#include "stdlib/simulator/server/outbound.h"

namespace countersign::simulator {
namespace {

constexpr const char* kBoundary = "countersign-voicemail";

std::string part(const std::string& name, const std::string& value, const std::string& file = "",
                 const std::string& type = "") {
  std::string out =
      std::string("--") + kBoundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"";
  if (!file.empty()) out += "; filename=\"" + file + "\"\r\nContent-Type: " + type;
  return out + "\r\n\r\n" + value + "\r\n";
}

std::string text_of(const json& account, const json& call, const VoicemailMail& mail) {
  std::string text = "Caller: " + call["from"].get<std::string>() +
                     "\nTime: " + call["start_time"].get<std::string>() + "\nTranscript: ";
  const json* transcript = nullptr;
  for (const json& record : account["transcriptions"])
    if (record["sid"] == mail.transcription_sid) transcript = &record;
  return text +
         (transcript ? (*transcript)["transcription_text"].get<std::string>()
                     : std::string("not available")) +
         "\n";
}

std::string described(const VoicemailMail& mail) {
  return std::string(mail.with_audio ? "with" : "without") + " recording, " +
         (mail.transcription_sid.empty() ? "without" : "with") + " transcript";
}

}  // namespace

MailOutcome send_voicemail_mail(const FunctionRun& function, const VoicemailMail& mail) {
  std::string to = function.variable("ADMIN_EMAIL");
  if (to.empty()) return MailOutcome::not_wanted;
  json& account = function.account();
  const json* call = find_record(account["calls"], mail.call_sid);
  const json* recording = find_record(account["recordings"], mail.recording_sid);
  if (!call) return MailOutcome::not_wanted;
  std::string domain = function.variable("MAILGUN_DOMAIN");
  ServedRequest request =
      form_request("POST", "https://api.mailgun.net/v3/" + domain + "/messages", Fields());
  add_credential(request, "api", function.variable("MAILGUN_API_KEY"));
  request.headers = [&] {
    Fields headers;
    for (const auto& [name, value] : request.headers.items())
      if (name != "content-type") headers.add(name, value);
    headers.add("content-type", std::string("multipart/form-data; boundary=") + kBoundary);
    return headers;
  }();
  request.body = part("from", "Voicemail <voicemail@" + domain + ">") + part("to", to) +
                 part("subject", "New voicemail from " + (*call)["from"].get<std::string>()) +
                 part("text", text_of(account, *call, mail)) + part("v:call_sid", mail.call_sid) +
                 part("v:recording_sid", mail.recording_sid);
  if (!mail.transcription_sid.empty())
    request.body += part("v:transcription_sid", mail.transcription_sid);
  if (mail.with_audio && recording)
    request.body += part("attachment", recording_mp3(*recording),
                         "voicemail-" + mail.recording_sid + ".mp3", "audio/mpeg");
  request.body += std::string("--") + kBoundary + "--\r\n";
  ServedReply reply = ask(function.world(), request);
  if (succeeded(reply)) {
    function.log("info",
                 "voicemail " + mail.recording_sid + " mailed to " + to + ", " + described(mail));
    return MailOutcome::sent;
  }
  json answer = json::parse(reply.body, nullptr, false);
  std::string reason = answer.is_object() ? answer.value("message", "") : reply.body;
  function.log("error",
               "mailing voicemail " + mail.recording_sid + ": Mailgun " +
                   (reply.ending == ConnectionEnd::reset
                        ? "could not be reached"
                        : "answered " + trouble_of(reply) + (reason.empty() ? "" : ": " + reason)));
  bool passing = reply.ending != ConnectionEnd::kept || reply.status == 429 || reply.status >= 500;
  return passing ? MailOutcome::try_again : MailOutcome::refused;
}

}  // namespace countersign::simulator
