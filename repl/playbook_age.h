// How old a playbook may be before it is called stale, and which of those that are run are.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"

namespace countersign {

class AppContext;

inline constexpr Time kVerifiedWithin = 180 * 86400;

// [playbooks] verified_within of the configured policy; 180 days where there is none, or none that
// can be read: a decision names what is wrong with it.
Time verified_within(AppContext& app);

// One sentence for each symptom in the described script (`symptoms`: [{"name", "last_verified"}])
// that nobody followed for longer than that.
std::vector<std::string> stale_playbooks(const nlohmann::json& described, Time now, Time within);

}  // namespace countersign
