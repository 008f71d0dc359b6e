// Who could sign something at a moment: the people of the policy who have a key that counts then,
// with the roles that they have then, deputies included.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "approvals/trust.h"
#include "interpreter/run_state.h"

namespace countersign {

class PeopleNow {
 public:
  PeopleNow(const Trust& trust, Time now);

  // In the order of the policy.
  const std::vector<Signer>& all() const { return all_; }
  std::vector<Signer> with_role(const std::string& role) const;
  // By principal, or by the person's name; null: nobody of that name could sign now.
  const Signer* find(const std::string& name) const;

 private:
  std::vector<Signer> all_;
};

// By role, who could fill a place of it.
using MaySign = std::map<std::string, std::vector<Signer>>;

// For every role that the run asks for now: of its request (without who asked, where the policy
// separates the two) and of its items and sign-offs. Where an item asks for no role: "".
MaySign may_sign(const RunState& state, const PeopleNow& people);

// {"ceo": ["carla@connie.example"]}, as JSON shapes have it.
nlohmann::json principals_json(const MaySign& who);

// "carla or dan (ceo)", "carla and dan (approver)", "two of carla, dan, eve (approver)"; "1 × ceo"
// where nobody is known to have the role.
std::string signers_in_words(const std::string& role, int count, const MaySign& who);
// The same of a list of {"role", "count"}.
std::string signers_in_words(const nlohmann::json& requires_, const MaySign& who);

// "carla", "carla or dan", "carla, dan or eve".
std::string names_in_words(const std::vector<Signer>& people, const char* last = "or");

}  // namespace countersign
