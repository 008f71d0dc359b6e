#include "stdlib/simulator/calls/voice_document.h"

#include <algorithm>

#include "stdlib/simulator/calls/call_alert.h"
#include "stdlib/simulator/calls/twiml.h"
#include "stdlib/simulator/calls/voice_recording.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/twilio/webhook.h"

namespace countersign::simulator {
namespace {

constexpr double kMusicSeconds = 30;
constexpr int kMostRedirects = 100;  // without time going by; Twilio gives up as well

class Follower {
 public:
  Follower(PhoneCall& call, const Following& start)
      : call_(call), next_(start), on_hold_(start.on_hold), quietly_(start.quietly) {}

  Leaving follow() {
    bool first = true;
    double since = call_.now();
    for (int documents = 0;; first = false) {
      if (call_.now() > since) documents = 0;
      since = call_.now();
      if (++documents > kMostRedirects) return fail(false, "11200", "too many redirects");
      std::optional<Leaving> leaving = document(first && quietly_);
      if (leaving) return *leaving;
      if (on_hold_ && call_.now() - call_.silent_since() >= kSilence) return Leaving::silent;
    }
  }

 private:
  Leaving fail(bool silently, const std::string& code, const std::string& why) {
    call_.alert(code, next_.url, why);
    if (silently) return Leaving::unreachable;
    announce_error(call_);
    return Leaving::hung_up;
  }

  // One document; nothing when it led to another.
  std::optional<Leaving> document(bool silently) {
    Fields form = call_.form();
    for (const auto& [name, value] : next_.extra.items()) form.add(name, value);
    std::string url = next_.url;
    ServedReply reply = ask(call_.world(), webhook(call_.account(), next_.method, url, form));
    if (!succeeded(reply)) return fail(silently, fetch_error(reply), trouble_of(reply));
    if (call_.record()["moved_to"].is_string()) return Leaving::moved;
    std::optional<std::vector<Verb>> verbs = parse_twiml(reply.body);
    if (!verbs) return fail(silently, "12100", reply.body.substr(0, 200));
    here_ = url;
    led_on_ = false;
    for (const Verb& verb : *verbs) {
      if (std::optional<Leaving> leaving = perform(verb)) return leaving;
      if (led_on_) return std::nullopt;
    }
    return Leaving::finished;
  }

  void lead_to(const std::string& reference, const std::string& method, Fields extra) {
    next_.url = absolute_url(here_, reference);
    next_.method = method;
    next_.extra = std::move(extra);
    led_on_ = true;
  }

  std::optional<Leaving> perform(const Verb& verb) {
    bool goes_on = true;
    if (verb.name == "Say") goes_on = call_.say(verb.text);
    if (verb.name == "Play") goes_on = play(verb);
    if (verb.name == "Pause") goes_on = call_.pass(verb.number("length", 1));
    if (verb.name == "Redirect") lead_to(verb.text, verb.get("method", "POST"), Fields());
    if (verb.name == "Gather") goes_on = gather(verb);
    if (verb.name == "Record") record(verb);
    if (verb.name == "Hangup") {
      call_.hang_up();
      return Leaving::hung_up;
    }
    if (verb.name == "Leave" && on_hold_) return Leaving::finished;
    if (verb.name == "Reject") {
      call_.hear(verb.get("reason") == "busy" ? "(busy signal)"
                                              : "The number you have dialed is not in service.");
      call_.end(verb.get("reason") == "busy" ? "busy signal" : "not in service");
      return Leaving::hung_up;
    }
    if (!goes_on) return Leaving::limited;
    return std::nullopt;
  }

  bool play(const Verb& verb) {
    std::string url = absolute_url(here_, verb.text);
    ServedReply reply = ask(call_.world(), webhook(call_.account(), "GET", url, Fields()));
    std::string type = reply.content_type.substr(0, reply.content_type.find('/'));
    if (!succeeded(reply)) {
      call_.alert(fetch_error(reply), url, trouble_of(reply));
    } else if (type != "audio") {
      call_.alert("12300", url, reply.content_type);
    } else {
      call_.hear("(music: " + url + ")");
      bool went_on = call_.pass(kMusicSeconds);
      call_.note_sound();
      return went_on;
    }
    call_.hear("(silence where " + url + " should play)");
    return call_.pass(1);
  }

  bool gather(const Verb& verb) {
    std::optional<char> key;
    std::size_t count = static_cast<std::size_t>(std::max(1.0, verb.number("numDigits", 1)));
    // The caller listens to what is said and acts then; music they do not wait for.
    for (const Verb& inner : verb.inner) {
      if (inner.name == "Say" && !call_.say(inner.text)) return false;
      if (inner.name == "Pause" && !call_.pass(inner.number("length", 1))) return false;
      if (inner.name == "Play" && !call_.has_keys() && !play(inner)) return false;
    }
    std::string digits;
    while (digits.size() < count && (key = call_.next_key())) digits += *key;
    if (digits.empty()) return call_.pass(verb.number("timeout", 5));
    if (!call_.pass(1)) return false;
    Fields extra;
    extra.add("Digits", digits);
    lead_to(verb.get("action"), verb.get("method", "POST"), std::move(extra));
    return true;
  }

  void record(const Verb& verb) {
    auto link = [&](const char* name) {
      std::string reference = verb.get(name);
      return reference.empty() ? "" : absolute_url(here_, reference);
    };
    Recorder recorder{here_, link("recordingStatusCallback"), link("transcribeCallback")};
    recorder.transcribe = verb.get("transcribe") == "true" || !recorder.transcript_url.empty();
    recorder.longest = static_cast<int>(verb.number("maxLength", 3600));
    recorder.timeout = verb.number("timeout", 5);
    std::string sid = record_caller(call_, recorder);
    if (sid.empty()) return;  // Twilio goes on behind <Record> when nothing was said
    Fields extra;
    extra.add("RecordingSid", sid);
    lead_to(verb.get("action"), verb.get("method", "POST"), std::move(extra));
  }

  PhoneCall& call_;
  Following next_;
  bool on_hold_, quietly_;
  std::string here_;
  bool led_on_ = false;
};

}  // namespace

void announce_error(PhoneCall& call) {
  call.limit(std::nullopt);
  call.say("We are sorry, an application error has occurred. Goodbye.");
  call.end("error announced");
}

std::string record_caller(PhoneCall& call, const Recorder& recorder) {
  call.hear("(tone)");
  int seconds = std::min(call.order().seconds, recorder.longest);
  if (seconds < 1) {
    call.act("says nothing");
    call.pass(recorder.timeout);
    return "";
  }
  call.act("says: " + call.order().speaks);
  double began = call.now();
  call.pass(seconds);
  NewRecording made{call.account_sid(), call.sid(), began, seconds, call.order().speaks};
  made.transcribe = recorder.transcribe;
  made.status_url = recorder.status_url;
  made.transcript_url = recorder.transcript_url;
  return add_recording(call.world(), made);
}

Leaving follow_document(PhoneCall& call, const Following& start) {
  return Follower(call, start).follow();
}

}  // namespace countersign::simulator
