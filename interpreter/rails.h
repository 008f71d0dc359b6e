// Rails: rules that hold whatever the steps say. Data in the runbook's head, enforced here while
// planning and again before every operation.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/error.h"

namespace countersign {

// What has happened when an operation is about to. While planning, intents count as done and phases
// that the plan has passed as ended; before an operation only confirmed outcomes and phases that
// truly ended do.
struct RailContext {
  bool planning = false;
  std::vector<std::pair<std::string, json>> done;  // changing operations and their arguments
  std::set<std::string> ended;                     // phases
  std::set<std::string> passed;                    // titles of checks
  bool pre_captured = false;                       // a snapshot labelled PRE is there
  json parameters = json::object();  // of the run: a rail may hold for some of its paths only
};

// Errors (kind "config"): a rail of an unknown kind or shape, an operation that is not in the
// catalogue.
Status check_rails(const json& rails, const Catalogue& catalogue);

// Whether `given` ({ parameter: [values] }) of a rail, or of a role that is asked for, holds for
// these parameters of the run; without one it always does.
bool given_holds(const json& ruled, const json& parameters);

// The first rail that forbids the operation, as a refusal that says which and why.
std::optional<Error> forbidden(const json& rails, const RailContext& context,
                               const std::string& operation, const json& arguments,
                               const std::string& target);

// A rail in words: what it is about, and the rule, as a refusal says it.
std::string rail_text(const json& rail);

// Whether `error` is how this rail refused something.
bool refused_by(const json& rail, const Error& error);

}  // namespace countersign
