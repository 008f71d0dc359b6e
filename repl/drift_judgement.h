// What a difference between the source files and an account means: whether it is known, and which
// side moved since the last snapshot.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/clock.h"
#include "stdlib/session/configuration.h"

namespace countersign {

using json = nlohmann::json;

// `differences` as flex_drift gives them. Each gets "moved": "live" (changed behind the source's
// back: the snapshot has what the source says), "source" (changed and not deployed: the snapshot
// has what is live), "both". `snapshot`: one of the account, with the scope flex.
void say_which_moved(json& differences, const json& snapshot);

// Each difference that an entry for this profile covers gets "known": {"reason", "owner", "until"}.
// An entry whose last day is over covers nothing and is named in what is returned, as is one for
// this profile alone that fits no difference any more: one sentence each.
std::vector<std::string> mark_known(json& differences, const std::vector<KnownDrift>& known,
                                    const std::string& profile, Time now);

// How many differences are not known.
std::size_t unknown(const json& differences);

}  // namespace countersign
