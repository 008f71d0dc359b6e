// What became of a simulated caller's call, as /_sim/calls answers it (docs/formats/calls.md).
#pragma once
#include <string>

#include "stdlib/simulator/calls/phone_call.h"

namespace countersign::simulator {

// By now, of one call; null where there is no such call. And of all, the latest first.
json call_report(const World& world, const std::string& call_sid);
json call_reports(const World& world);

// Of a call that no account of the world gets to see.
json unanswered_report(const World& world, const CallOrder& order, const json& account_sid);

// The callback or voicemail task that a call left, and its workspace; nullptr where it left none.
const json* follow_up(const json& account, const std::string& call_sid, const json** workspace);

// The last of the records whose `field` is this; nullptr without one.
const json* last_with(const json& records, const char* field, const json& value);

}  // namespace countersign::simulator
