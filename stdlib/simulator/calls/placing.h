// What the API places, and what becomes of it.
#pragma once
#include "stdlib/simulator/server/request_context.h"

namespace countersign::simulator {

// A call as the API shows it (in core_api.cpp).
json call_view(const RequestContext& visit, const json& call);

// An entry of kind `message` of the agenda: the message arrives.
void deliver_message(World& world, const json& entry);

}  // namespace countersign::simulator
