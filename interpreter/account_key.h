// What an account is known by where latches, locks and changes are kept.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/run_state.h"
#include "interpreter/session.h"

namespace countersign {

// "ORIGIN ACCOUNT"; a simulated one "ORIGIN ACCOUNT INSTANCE", so that what is kept of it ends with
// its simulator, and another one at the same port is another account. `endpoint` as
// Session::endpoint says it.
std::string account_key(const nlohmann::json& endpoint, const std::string& account);
// Of the run's account as it is served now: its simulator may have been started anew since. As it
// was when the run began where that cannot be asked.
std::string account_key_now(Session* session, const RunState& state);
// The key without the instance: what is said of every instance.
std::string any_instance(const std::string& account_key);

}  // namespace countersign
