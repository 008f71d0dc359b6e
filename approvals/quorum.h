// Filling roles with people.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace countersign {

using Roles = std::map<std::string, int>;  // role and how many people with it are needed

struct Voter {
  std::string person;
  std::vector<std::string> roles;
};

// The roles that stay unfilled when every voter fills at most one place, as well as it can be done.
// Empty: all are filled. A person who appears twice counts once, with the roles of the first time.
Roles unfilled(const Roles& needed, const std::vector<Voter>& voters);

// "1 x ceo, 2 x approver", for sentences.
std::string describe(const Roles& roles);

}  // namespace countersign
