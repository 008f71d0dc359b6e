// A finding of severity HIGH: it blocks changes of the accounts it concerns and opens the item that
// whoever has to know was informed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/engine.h"
#include "interpreter/ledger.h"

namespace countersign {

// `finding` as the journal keeps it: {"cause", "escalation"?, "inform"?: role, "affects"?: [profile
// names]}. `exempt`: the run that may go on all the same; empty: none. Does nothing in a ledger
// that is no run's (explore). Errors: kind "state".
Status raise_incident(Engine& engine, Ledger& ledger, const json& finding,
                      const std::string& exempt);

// The same for contamination: an account that must not change did. Records the finding too, once
// for each state that the account is found in. `baselines`: the adjacent accounts now; asked from
// the session where they are not at hand.
Status raise_contamination(Engine& engine, Ledger& ledger, Session& session,
                           const std::string& profile, const std::string& evidence,
                           const json* baselines = nullptr);

// The adjacent accounts as they were, `then`, but as they are now where a person let that state
// stand by lifting the incident about it. `now`: as above.
Result<json> known_baselines(Engine& engine, const Ledger& ledger, Session& session, json then,
                             const json* now = nullptr);

}  // namespace countersign
