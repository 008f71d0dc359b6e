// The functions that are deployed at a serverless domain.
#pragma once
#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// Whether an environment of the world has this domain.
bool is_serverless_domain(const World& world, std::string_view host);

// Calls the function at the request's path. A protected one wants the signature that Twilio puts
// on webhooks, made with the account's auth token.
ServedReply call_function(World& world, const ServedRequest& request);

}  // namespace countersign::simulator
