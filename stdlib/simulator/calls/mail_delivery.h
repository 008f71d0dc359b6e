// The mail with a voicemail that the wait experience sends through Mailgun.
#pragma once
#include <string>

#include "stdlib/simulator/twilio/function_run.h"

namespace countersign::simulator {

struct VoicemailMail {
  std::string call_sid, recording_sid;
  std::string transcription_sid;  // empty: the mail goes without a transcript
  bool with_audio = false;
};

enum class MailOutcome { sent, not_wanted, refused, try_again };

// Sends it to the addresses of ADMIN_EMAIL with the domain and key of the environment, and logs
// what Mailgun said. With an empty ADMIN_EMAIL there is nothing to send and nothing to log.
MailOutcome send_voicemail_mail(const FunctionRun& function, const VoicemailMail& mail);

}  // namespace countersign::simulator
