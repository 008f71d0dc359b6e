// The task that a caller leaves who does not wait: a callback or a voicemail.
#pragma once
#include "stdlib/simulator/twilio/function_run.h"

namespace countersign::simulator {

// Whether the live Flex configuration has the feature on.
bool feature_is_on(const json& account);

// Creates a follow-up task of the kind `type` for the call in the workflow that the function was
// told, or in its hard-coded one, and logs how that went. Empty where the task could not be made.
std::string create_follow_up(const FunctionRun& function, const std::string& type,
                             const std::string& call_sid, const std::string& workflow_sid,
                             const json& more);

}  // namespace countersign::simulator
