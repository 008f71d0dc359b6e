// The function behind the Wait URL: what a caller on hold hears, and the ways out of the queue.
#pragma once
#include "stdlib/simulator/twilio/function_run.h"

namespace countersign::simulator {

// Whether the path is a wait experience's.
bool is_wait_experience(const std::string& path);

// Answers TwiML. Without `mode` it only speaks; the modes of its own links change things: they ask
// for a callback, leave a voicemail, mail it.
ServedReply run_wait_experience(const FunctionRun& function, const ServedRequest& request);

}  // namespace countersign::simulator
