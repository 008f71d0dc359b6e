// Rails: rules that hold whatever the steps say. Data in the runbook's head, enforced here while
// planning and again before every operation.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
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
  // Whether a changing operation was done with these arguments, and maybe others.
  std::function<bool(const std::string& operation, const json& arguments)> done =
      [](const std::string&, const json&) { return false; };
  // Whether the phase has.
  std::function<bool(const std::string& phase)> ended = [](const std::string&) { return false; };
  std::function<bool(const std::string& title)> passed = [](const std::string&) {
    return false;
  };                                                          // whether the check has
  std::function<bool()> pre_captured = [] { return false; };  // a snapshot labelled PRE is there
  json parameters = json::object();  // of the run: a rail may hold for some of its paths only
};

// Errors (kind "config"): a rail of an unknown kind or shape, an operation that is not in the
// catalogue.
Status check_rails(const json& rails, const Catalogue& catalogue);

// Whether `given` ({ parameter: [values] }) of a rail, or of a role that is asked for, holds for
// these parameters of the run; without one it always does.
bool given_holds(const json& ruled, const json& parameters);

// Whether `arguments` have all that `wanted` says.
bool has_arguments(const json& arguments, const json& wanted);

// The first rail that forbids the operation, as a refusal that says which and why.
std::optional<Error> forbidden(const json& rails, const RailContext& context,
                               const std::string& operation, const json& arguments,
                               const std::string& target);

// A rail in words: what it is about, and the rule, as a refusal says it.
std::string rail_text(const json& rail);

// Whether `error` is how this rail refused something.
bool refused_by(const json& rail, const Error& error);

}  // namespace countersign
