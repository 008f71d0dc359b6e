// A finding of severity HIGH: it blocks changes of the accounts it concerns and opens the item that
// whoever has to know was informed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/engine.h"
#include "interpreter/ledger.h"

namespace countersign {

// `finding` as the journal keeps it: {"key", "cause", "escalation"?, "inform"?: role, "affects"?:
// [profile names]}. `exempt`: the run that may go on all the same; empty: none. Does nothing in a
// ledger that is no run's (explore). Errors: kind "state".
Status raise_incident(Engine& engine, Ledger& ledger, const FindingRecord& finding,
                      const std::string& exempt);

// Whether the same call has found this before, in a phase that was looked at again since: what a
// person lifted is not set again by that. `finding`: as the journal keeps it, with its key.
bool raised_before(const Ledger& ledger, const FindingRecord& finding);

// The same for contamination: an account that must not change did. Records the finding too, once
// for each state that the account is found in. `baselines`: the adjacent accounts now; asked from
// the session where they are not at hand.
Status raise_contamination(Engine& engine, Ledger& ledger, Session& session,
                           const std::string& profile, const std::string& evidence,
                           const json* baselines = nullptr);

// The run that put the adjacent account into the state `here`, signed as what reverts the incident
// that `ledger`'s run found; empty: none did. `then`: the account as it was before.
std::string reverted_by(Engine& engine, const Ledger& ledger, const std::string& profile,
                        const json& then, const json& here);

// What a state of an adjacent account is told from others by.
std::string adjacent_digest(const json& state, const std::vector<std::string>& volatile_fields);

// The adjacent accounts as they were, `then`, but as they are now where a person let that state
// stand by lifting the incident about it, or where a signed run reverted it. `now`: as above.
Result<json> known_baselines(Engine& engine, const Ledger& ledger, Session& session, json then,
                             const json* now = nullptr);

}  // namespace countersign
