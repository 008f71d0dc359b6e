// The front door of the simulated providers: which host, who asks, which route.
#pragma once
#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// Answers one request as the provider at `request.host` does, and changes the world as it would.
// The caller holds the world's mutex.
ServedReply answer(World& world, const ServedRequest& request);

// The same, and what goes wrong inside is a 500: a provider does not fall over.
ServedReply answer_or_500(World& world, const ServedRequest& request);

// Whether any provider, or a serverless domain of the world, answers at `host`.
bool is_known_host(const World& world, std::string_view host);

// What one party of the world gets from another: a provider, a serverless domain of the world, or
// an address that the world lists under `web`. The reply of somebody who cannot be reached has the
// ending `reset`.
ServedReply reach(World& world, const ServedRequest& request);

// The error of the kind the provider at `host` writes.
ServedReply provider_error(std::string_view host, int status, int code, const std::string& message);

}  // namespace countersign::simulator
