// A call that walks a Studio flow: its published revision, widget after widget, each a step of an
// execution.
#pragma once
#include <string>

#include "stdlib/simulator/calls/phone_call.h"

namespace countersign::simulator {

// The flow and account of a voice URL that is a flow's webhook; empty texts where it is none.
struct FlowAddress {
  std::string account_sid, flow_sid;
};
FlowAddress flow_address(const std::string& voice_url);

// The latest published revision; nullptr where there is none. A draft never meets a caller.
const json* published_revision(const json& flow);

// Walks the flow until the call is over. The widgets are those of docs/formats/world.md; at another
// the call ends there and says so.
void walk_flow(PhoneCall& call, const json& flow);

}  // namespace countersign::simulator
