// policy.toml: who is who, and what a change needs (docs/formats/policy.md).
#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "approvals/quorum.h"
#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

struct Person {
  std::string name;
  std::vector<std::string> principals;
  std::vector<std::string> roles;
};

// What is not stated is left to the other rules that apply, and at last to the defaults.
struct Rule {
  Roles requires_roles;
  std::optional<bool> separation;
  std::optional<bool> reference;  // required
  std::optional<Time> decide_by;  // seconds from the request
  std::optional<Time> slack;      // seconds a phase may take beyond its declared waits
};

struct Policy {
  std::vector<Person> people;
  std::map<std::string, Rule> effects;     // "mutate" "destroy"
  std::map<std::string, Rule> operations;  // by the name of an operation or of a family of them
  std::set<std::string> read_commands;     // declared commands that may run with effect "read"
};

// What one request needs: the stricter of every rule that applies and of the runbook.
struct Demand {
  Roles requires_roles;
  bool separation = true;
  bool reference = false;
  Time decide_by = 24 * 3600;
  Time slack = 3600;
};

// Errors: kind "config", with the line. Unknown keys are errors.
Result<Policy> parse_policy(std::string_view text, const std::string& path);

// Null where nobody has that principal.
const Person* person_of(const Policy& policy, std::string_view principal);

// `asks` is draft["asks"] (docs/formats/request.md). Errors: "refused" where policy has no rule for
// an effect; "argument" where `asks` is malformed.
Result<Demand> demand_of(const Policy& policy, const nlohmann::json& asks);

}  // namespace countersign
