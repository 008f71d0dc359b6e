// The simulated caller: dials a number of the world and goes wherever its configuration leads.
#pragma once
#include <string>

#include "stdlib/simulator/calls/phone_call.h"

namespace countersign::simulator {

// Reads what POST /_sim/calls is given. Error kind "argument".
Result<CallOrder> read_call_order(const json& body);
// As long as the words take to say, and never shorter than three seconds; 0 for none.
int spoken_seconds(const std::string& text);

// Dials. The clock stands at the call's end afterwards. Answers the call's SID, or a report of a
// call that reached nobody's account (an object).
json place_call(World& world, const CallOrder& order);

// An agent takes the callback or voicemail that the call left.
void accept_follow_up(World& world, const std::string& call_sid);

}  // namespace countersign::simulator
