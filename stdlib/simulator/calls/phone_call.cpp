#include "stdlib/simulator/calls/phone_call.h"

#include <algorithm>
#include <cmath>

#include "stdlib/simulator/calls/call_alert.h"
#include "stdlib/simulator/server/scheduler.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

constexpr double kWordsInASecond = 2.5;

// The menus of the wait experience: star, then 1 for a callback, 2 for a voicemail.
std::string usual_keys(const std::string& path) {
  if (path == "callback") return "*1";
  return path == "voicemail" ? "*2" : "";
}

}  // namespace

PhoneCall::PhoneCall(World& world, const CallOrder& order, const std::string& account_sid,
                     const json& number)
    : world_(world), order_(order), account_sid_(account_sid) {
  if (order_.keys.empty()) order_.keys = usual_keys(order_.path);
  world_.clock.hold(world_.clock.exact());
  began_ = silent_since_ = now();
  json call = new_record(world_, "call");
  call["to"] = order_.to;
  call["from"] = order_.from;
  call["status"] = "in-progress";
  call["phone_number_sid"] = number["sid"];
  sid_ = call["sid"];
  account()["calls"].push_back(call);
}

PhoneCall::~PhoneCall() {
  double end = now();
  world_.clock.let_go();
  if (end > world_.clock.exact()) world_.clock.set(end);
}

void PhoneCall::hear(const std::string& what) {
  heard_.push_back({{"at", world_.stamp()}, {"heard", what}});
}

void PhoneCall::act(const std::string& what) {
  did_.push_back({{"at", world_.stamp()}, {"did", what}});
}

bool PhoneCall::pass(double seconds) {
  double until = now() + seconds;
  bool reached = limit_ && until >= *limit_;
  if (reached) until = std::max(now(), *limit_);
  // What comes due meanwhile happens meanwhile.
  carry_out_due(world_, until);
  world_.clock.hold(until);
  return !reached;
}

bool PhoneCall::say(const std::string& text) {
  if (text.empty()) return true;
  hear(text);
  auto words = 1 + std::count(text.begin(), text.end(), ' ');
  bool went_on = pass(std::ceil(static_cast<double>(words) / kWordsInASecond));
  note_sound();
  return went_on;
}

std::optional<char> PhoneCall::next_key() {
  if (keys_used_ >= order_.keys.size()) return std::nullopt;
  char key = order_.keys[keys_used_++];
  act(std::string("presses ") + key);
  return key;
}

void PhoneCall::end(const std::string& how) {
  if (ended_.empty()) ended_ = how;
}

Fields PhoneCall::form() const {
  Fields form;
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, std::string>>{{"CallSid", sid_},
                                                                  {"AccountSid", account_sid_},
                                                                  {"From", order_.from},
                                                                  {"To", order_.to},
                                                                  {"Caller", order_.from},
                                                                  {"Called", order_.to},
                                                                  {"CallStatus", "in-progress"},
                                                                  {"Direction", "inbound"},
                                                                  {"ApiVersion", "2010-04-01"}})
    form.add(name, value);
  return form;
}

void PhoneCall::alert(const std::string& code, const std::string& url,
                      const std::string& response) {
  add_call_alert(world_, account_sid_, sid_, code, url, response);
}

}  // namespace countersign::simulator
