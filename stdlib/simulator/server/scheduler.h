// What is going to happen in a world by itself, in its list `due`: {"at": epoch seconds, "kind",
// …}.
#pragma once
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// Kinds: `webhook` (Twilio asks an address), `transcription` (a transcript is ready), `voicemail`
// (it goes on with one), `message` (one arrives). `call` names the call that it came of.
void schedule(World& world, double at, json entry);

// Carries out what is due by `until`, in order, each at its own time.
void carry_out_due(World& world, double until);

// What is still to come of a call, for people: [{"at", "what"}], earliest first.
json due_of_call(const World& world, const std::string& call_sid);

}  // namespace countersign::simulator
