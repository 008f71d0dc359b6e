// The plan: the ordered intents and waits of a run's procedure, as data.
//
// As JSON (CLI.md's shape, and part of the signed request):
//   {"phases": [{"name", "kind": "mutate"|"wait", "title", "not_after", "wait_seconds", "steps":
//   [{"title", "operations":
//     [{"n", "operation", "effect", "target", "arguments", "before_sha256", "after_sha256",
//     "known_after", "diff", "irreversible"}]}]}],
//    "later": [{"phase", "why"}],
//    "holes": [{"phase", "key", "range"}],      what read phases will return, and within which
//    range "undo": [{as a phase, "undoes", "check"}]}  carried out only if that check fails; once
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"

namespace countersign {

using json = nlohmann::json;

struct Intent {
  int n = 0;  // over the whole plan, from 1; placeholders refer to it
  std::string operation, effect, target, where, irreversible;
  json arguments;                     // placeholder form
  std::optional<json> before, after;  // nothing where it cannot be read or projected
  int known_after = 0;                // the operation after which `before` is known; 0: it is
};

struct PlanStep {
  std::string title;
  std::vector<Intent> intents;
};

struct PlannedPhase {
  std::string name, kind, title;
  Time not_after = 0;
  Time wait_seconds = 0;
  std::string why;  // wait: what it is for
  std::vector<PlanStep> steps;
  json value;                 // what the phase returned while planning
  std::string unless;         // wait: what ends it early
  std::string undoes, check;  // undo: which phase, and after the failure of which check or item
};

// What a read phase will return, as far as mutating phases behind it build on it.
struct Hole {
  std::string phase, key;
  json promise;  // {"hole": "document" | "text" | "one_of" | "number", …} as the DSL's `hole` makes
};

// "a text like %.twil%.io$"; for people.
std::string range_text(const json& promise);

struct Plan {
  std::vector<PlannedPhase> phases;
  std::vector<std::pair<std::string, std::string>> later;
  std::vector<Hole> holes;
  std::vector<PlannedPhase> undo;

  // Of `phases` or of `undo`; null where there is none.
  const PlannedPhase* phase(const std::string& name) const;
  PlannedPhase* phase(const std::string& name);
  const Intent* intent(int n) const;
  int count() const;  // of intents
};

// What is signed and shown. States are without volatile fields already.
json plan_json(const Plan& plan);

// Everything, states included: what the journal keeps.
json to_json(const Plan& plan);
Plan plan_from_json(const json& value);

// What of an intent must be the same when a phase is planned again and when it is applied.
json essence(const Intent& intent);
// Every intent, those of `undo` at the end.
std::vector<const Intent*> all_intents(const Plan& plan);
// The intents of a phase, in order.
std::vector<const Intent*> intents_of(const PlannedPhase& phase);

}  // namespace countersign
