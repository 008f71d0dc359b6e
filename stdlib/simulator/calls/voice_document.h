// A call that follows TwiML: fetches a voice URL and does what its verbs say.
#pragma once
#include <string>

#include "stdlib/simulator/calls/phone_call.h"

namespace countersign::simulator {

// How following a document came to its end.
enum class Leaving {
  finished,     // the last verb was done; Twilio hangs up, or asks for hold music again
  hung_up,      // the document or an announced error ended the call
  limited,      // the call's limit was reached meanwhile
  unreachable,  // the first document could not be had, and nothing was announced
  silent,       // in a queue: the caller heard nothing for long
  moved,        // another URL was given to the call, in its record's `moved_to`
};

struct Following {
  std::string url;
  std::string method = "POST";
  bool on_hold = false;  // in a queue
  bool quietly = false;  // the first document's failure is not announced
  Fields extra;          // what Twilio tells beside the call
};

Leaving follow_document(PhoneCall& call, const Following& start);

// How long a caller listens to nothing.
constexpr double kSilence = 10;

// What a failing voice URL sounds like.
void announce_error(PhoneCall& call);

// <Record>, and Studio's widget of the same name: the tone, the caller's words, the recording with
// what follows. Relative URLs are seen from `url`. Answers the recording's SID, empty where the
// caller said nothing.
struct Recorder {
  std::string url, status_url, transcript_url;
  bool transcribe = false;
  int longest = 3600;
  double timeout = 5;
};
std::string record_caller(PhoneCall& call, const Recorder& recorder);

}  // namespace countersign::simulator
