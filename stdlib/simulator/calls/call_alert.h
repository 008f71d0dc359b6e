// What Twilio notes when something goes wrong in a call: an alert, and a notification of the call.
#pragma once
#include <string>

#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// Twilio's codes: 11200 for an answer that is no success, 11205 for nobody to connect to.
std::string fetch_error(const ServedReply& reply);

// `call_sid` may be empty: then only the alert is there. `response` is what the address answered.
void add_call_alert(World& world, const std::string& account_sid, const std::string& call_sid,
                    const std::string& code, const std::string& url, const std::string& response);

}  // namespace countersign::simulator
