// What a run waits for, as the people are told of it who may sign it.
#pragma once
#include <string>
#include <vector>

#include "repl/command_context.h"
#include "repl/notify/notice.h"
#include "repl/views/request_page.h"

namespace countersign {

// "1 × approver: anna (anna@example.com), carla (…)": who has each of the roles by the policy.
// Where the trust files cannot be read it is the roles alone.
std::vector<std::string> who_may_sign(CommandContext& context, const json& wanted);

// `kind`: "decision", "attestation", "sign_off" or "settlement". The documents and what they are
// about go with it.
Notice request_notice(const RequestPage& asked, const std::string& kind);

}  // namespace countersign
