// policy.toml: who is who, and what a change needs (docs/formats/policy.md).
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "approvals/quorum.h"
#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

inline constexpr int kMostPeople = 16;  // that one role may be asked of

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

// Who may go past the quorum in an emergency, for which operations, and who reviews it afterwards.
// Nobody where `roles` is empty.
struct BreakGlass {
  std::vector<std::string> roles;
  std::vector<std::string> operations;  // by the name of an operation or of a family of them
  std::string review;                   // a role
};

// Somebody who has roles for a time, while those who have them are away.
struct Deputy {
  std::string person;
  std::vector<std::string> roles;
  Time from = 0, until = 0;  // both ends count
};

struct Policy {
  std::vector<Person> people;
  std::vector<Deputy> deputies;
  std::map<std::string, Rule> effects;     // "mutate" "destroy"
  std::map<std::string, Rule> operations;  // by the name of an operation or of a family of them
  BreakGlass break_glass;
  std::set<std::string> read_commands;  // declared commands that may run with effect "read"
  std::optional<Time> verified_within;  // seconds: how long a playbook counts as verified
  std::string time_zone;                // "Europe/Berlin": shown beside UTC; empty: UTC alone
};

// Errors: kind "config", with the line. Unknown keys are errors.
Result<Policy> parse_policy(std::string_view text, const std::string& path);

// "mailgun.keys" is the family of "mailgun.keys.delete", not of "mailgun.keysets".
bool in_family(std::string_view operation, std::string_view family);

// The roles of a person at a time: their own, and those that they have as a deputy then.
std::vector<std::string> roles_at(const Policy& policy, const Person& person, Time now);

// Every role that a person has or a rule names.
std::set<std::string> roles_of(const Policy& policy);

// Null where nobody has that principal.
const Person* person_of(const Policy& policy, std::string_view principal);

}  // namespace countersign
