// The plan: the ordered intents and waits of a run's procedure, as data.
//
// As JSON (CLI.md's shape, and part of the signed request):
//   {"phases": [{"name", "kind": "mutate"|"wait", "title", "not_after", "wait_seconds", "steps":
//   [{"title", "operations":
//     [{"n", "operation", "effect", "target", "arguments", "before_sha256", "after_sha256",
//     "known_after", "diff", "irreversible", "sources", "returns", "affects"}]}]}],
//    "later": [{"phase", "why"}],
//    "holes": [{"phase", "key", "range"}],      what read phases will return, and within which
//    range "undo": [{as a phase, "undoes", "check"}],  carried out only if that check fails; once
//    "results": {n: {pointer: value}}}          what was done before and is built on
#pragma once
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/documents.h"
#include "interpreter/range.h"
#include "interpreter/record_words.h"

namespace countersign {

using json = nlohmann::json;

struct Intent {
  int n = 0;  // over the whole plan, from 1; placeholders refer to it
  std::string operation, effect, target, where, irreversible;
  json arguments;                     // placeholder form
  std::optional<json> before, after;  // nothing where it cannot be read or projected
  int known_after = 0;                // the operation after which `before` is known; 0: it is
  json sources;                       // what the carrier reads besides; null: nothing
  std::map<std::string, json>
      returns;                       // fields that later operations are given, by range (range.h)
  std::vector<std::string> affects;  // pointers that it may change besides its target
};

struct PlanStep {
  std::string title;
  std::vector<Intent> intents;
};

struct PlannedPhase {
  std::string name;
  PhaseKind kind = PhaseKind::mutate;  // or a wait
  std::string title;
  Time not_after = 0;
  Time wait_seconds = 0;
  std::string why;  // wait: what it is for
  std::vector<PlanStep> steps;
  json value;          // what the phase returned while planning
  std::string unless;  // wait: what ends it early
  std::string every;   // wait: how often what ends it, or lets it end, is looked at
  bool ready = false;  // wait: it goes on until a condition holds
  bool till = false;   // wait: until a moment; `wait_seconds` is how long that was then
  std::vector<std::string> attested;  // wait: items that people confirm before it is over
  std::string undoes, check;  // undo: which phase, and after the failure of which check or item
};

// What a read phase will return, as far as mutating phases behind it build on it.
struct Hole {
  std::string phase, key;
  json promise;  // {"hole": "document" | "text" | "one_of" | "number", …} as the DSL's `hole` makes
};

struct Plan {
  std::vector<PlannedPhase> phases;
  std::vector<std::pair<std::string, std::string>> later;
  std::vector<Hole> holes;
  std::vector<PlannedPhase> undo;
  // What operations that were carried out before this plan returned, as far as it builds on it: by
  // number and JSON pointer.
  std::map<int, std::map<std::string, json>> results;

  // Of `phases` or of `undo`; null where there is none.
  const PlannedPhase* phase(const std::string& name) const;
  PlannedPhase* phase(const std::string& name);
  const Intent* intent(int n) const;
  int count() const;  // of intents
};

// What is signed and shown. States are without volatile fields already.
json plan_json(const Plan& plan);

// Everything, states included: what the journal keeps of a plan that nobody was asked about yet.
json to_json(const Plan& plan);
Plan plan_from_json(const json& value);

// The states and values that `plan_json` names by digest, as canonical JSON: to be kept beside it.
std::vector<std::string> plan_documents(const Plan& plan);
// The plan that a request holds, read back from it. Errors (kind "state"): a document that it names
// is missing or another; a plan that this version would not write so.
Result<Plan> plan_of_request(const json& plan, const Documents& documents);

// What of an intent must be the same when a phase is planned again and when it is applied.
json essence(const Intent& intent);
// Adds to each intent the ranges of those of its results that other intents, or what phases
// return, are built on, and to the plan what is built on of earlier `results`. `range`: of a field
// of an operation's result; null where it has none.
void note_returns(Plan& plan, const std::map<int, json>& results,
                  const std::function<json(const Intent&, const std::string& path)>& range);
// Every intent, those of `undo` at the end.
std::vector<const Intent*> all_intents(const Plan& plan);
// The intents of a phase, in order.
std::vector<const Intent*> intents_of(const PlannedPhase& phase);
// … and the one at that place, counted from 0; null behind the last.
const Intent* intent_at(const PlannedPhase& phase, std::size_t at);

}  // namespace countersign
