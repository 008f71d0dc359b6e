// What blocks changes: a person's signed freeze, and the incidents that runs found themselves. Each
// is a file of the home folder, so that whoever is about to change something sees it at once:
//   <home>/latches/ID.json          stands
//   <home>/latches/lifted/ID.json   was lifted, with who lifted it and why
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

struct Latch {
  std::string id;       // made by `set`
  std::string kind;     // "freeze", or "incident": a finding of severity HIGH
  std::string account;  // "ORIGIN ACCOUNT"; "*": every one; empty: it is not known
  std::string profile;  // its name: it blocks whatever bears the account or the name
  std::string reason;
  std::string run;     // incident: the run that found it
  std::string role;    // incident: who is to decide on what reverts it
  std::string exempt;  // incident: the run that may go on all the same; may be empty
  std::string person;  // freeze: who signed it
  Time at = 0;
  json answer;  // freeze: {"document", "signature"} as signed
};

class Latches {
 public:
  // `folder`: of the latches; empty: there are none, ever.
  explicit Latches(std::string folder) : folder_(std::move(folder)) {}

  // Errors: kind "state".
  Result<Latch> set(Latch latch);
  // `how`: who lifted it, why, and the signed document. Errors: kind "state".
  Status lift(const std::string& id, const json& how);
  // Those that stand, the oldest first. Errors: kind "state", a latch that cannot be read.
  Result<std::vector<Latch>> standing() const;

  // The one that keeps `run` from changing the account now, as a refusal; `incident`: the run whose
  // incident the run's own signed request is about; empty: none.
  Status open_for(const std::string& account, const std::string& profile, const std::string& run,
                  const std::string& incident) const;

 private:
  std::string folder_;
};

// What a person signs who freezes (docs/formats/decision.md): canonical.
std::string freeze_subject(const Latch& latch);
// The same for lifting one that stands.
std::string thaw_subject(const Latch& latch);

json to_json(const Latch& latch);

}  // namespace countersign
