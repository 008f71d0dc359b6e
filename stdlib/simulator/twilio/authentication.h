// Who asks, and whether they may: the credentials of Twilio.
#pragma once
#include <optional>

#include "stdlib/simulator/server/request_context.h"

namespace countersign::simulator {

// Fills the visit's principal and account from the request's credential and the path's AccountSid.
// A reply is the refusal.
std::optional<ServedReply> authenticate_twilio(RequestContext& visit);

}  // namespace countersign::simulator
