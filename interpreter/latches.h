// What blocks changes: a person's signed freeze, and the incidents that runs found themselves. Each
// is a file, so that whoever is about to change something sees it at once. Those of an account are
// in the account's folder of the user (user_state.h), whichever home folder they were set from:
//   latches/ID.json          stands
//   latches/lifted/ID.json   was lifted, with who lifted it and why
// In the home folder are those whose account is not known, and what is for every account.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"
#include "interpreter/user_state.h"

namespace countersign {

using json = nlohmann::json;

struct Latch {
  std::string id;       // made by `set`
  std::string kind;     // "freeze", or "incident": a finding of severity HIGH
  std::string account;  // its key, or any_instance of it; "*": every one; empty: it is not known
  std::string
      profile;  // its name; where the account is not known it blocks whatever bears the name
  std::string reason;
  std::string run;     // incident: the run that found it
  std::string role;    // incident: who is to decide on what reverts it
  std::string exempt;  // incident: the run that may go on all the same; may be empty
  std::string person;  // freeze: who signed it
  Time at = 0;
  json answer;                        // freeze: {"document", "signature"} as signed
  std::vector<std::string> accounts;  // "*": the keys of those that were known when it was set
};

class Latches {
 public:
  // `home`: the folder of the home folder's; empty: there are none, ever.
  Latches(std::string home, UserState user) : home_(std::move(home)), user_(std::move(user)) {}

  // Where its account is known, in the folder of that; "*": in the home folder and in the folders
  // of `latch.accounts`. Errors: kind "state".
  Result<Latch> set(Latch latch);
  // Wherever it stands. `how`: who lifted it, why, and the signed document. Errors: kind "state".
  Status lift(const Latch& latch, const json& how);
  // Those of the home folder and of these accounts that stand, the oldest first. Errors: kind
  // "state", a latch that cannot be read.
  Result<std::vector<Latch>> standing(const std::vector<std::string>& accounts) const;
  // Whether it was lifted, and there is a record of that. Errors: kind "state".
  Result<bool> lifted(const Latch& latch) const;

  // The one that keeps `run` from changing the account now, as a refusal; `incident`: the run whose
  // incident the run's own signed request is about; empty: none.
  Status open_for(const std::string& account, const std::string& profile, const std::string& run,
                  const std::string& incident) const;

 private:
  // Where it is, or is to be.
  Result<std::vector<std::string>> folders(const Latch& latch, bool make) const;

  std::string home_;
  UserState user_;
};

// What a person signs who freezes (docs/formats/decision.md): canonical.
std::string freeze_subject(const Latch& latch);
// The same for lifting one that stands.
std::string thaw_subject(const Latch& latch);

json to_json(const Latch& latch);

}  // namespace countersign
