// The people of a scenario: who is there with which roles, their keys, and who asks.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "approvals/policy.h"
#include "repl/scenarios/key_ring.h"

namespace countersign {

using json = nlohmann::json;

class TestPeople {
 public:
  // By `people` (name to roles), or by the policy in `policy_file` where that is null and the file
  // there, or those of docs/examples/demo/policy.toml. `asks` is the principal who asks, where it
  // is one of theirs, else the first with the role operator does. Writes policy.toml,
  // allowed_signers and revoked into the folder `trust`. Errors (kind "config"): the policy is
  // wrong, nobody could sign.
  static Result<TestPeople> assemble(const json& people, const std::string& policy_file,
                                     const std::string& asks, const std::string& trust,
                                     KeyRing& keys);

  const std::vector<Person>& people() const { return people_; }  // in the policy's order
  const Person& requester() const { return people_[requester_]; }
  const std::string& key_of(const Person& person) const { return keys_.at(person.name); }
  // Errors: config.
  Result<Signed> sign(const Person& person, const std::string& document) const;

 private:
  std::vector<Person> people_;
  std::size_t requester_ = 0;
  std::map<std::string, std::string> keys_;  // person to the private key's path
};

}  // namespace countersign
