// The gate: the one function that decides what becomes of an operation a script asks for. Named
// checks in a fixed order; the first refusal wins and is final.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "interpreter/conversation.h"
#include "interpreter/engine.h"
#include "interpreter/ledger.h"
#include "interpreter/overlay.h"
#include "interpreter/plan.h"

namespace countersign {

enum class Stage {
  describe,  // the module's top level: nothing is allowed
  read,      // a read phase
  plan,      // a mutating phase, walked to record intents
  apply,     // a mutating phase, walked to carry out the signed plan
  explore,   // eval and the conversation: reading only
  draft,     // the conversation's draft: reads are carried out, changes recorded as intents only
};

// Where the walk stands; the walk keeps it up to date, the gate only looks.
struct Standing {
  Stage stage = Stage::describe;
  std::string phase;
  json rails = json::array();
  bool replaying = false;       // nothing but the journal answers
  std::set<std::string> ended;  // phases before this one, in the plan's order
  // planning and drafting
  Plan* draft = nullptr;
  Overlay* overlay = nullptr;
  // applying
  const PlannedPhase* planned = nullptr;
  std::size_t next = 0;  // index of the intent that must come next
  json baselines;        // as they were when the phase began; null: there are none
};

class Gate {
 public:
  Gate(Engine& engine, Session* session, Ledger& ledger)
      : engine_(engine), session_(session), ledger_(ledger) {}

  // Nothing: the call may go on as its stage provides. An Error ends the phase.
  // Applying: on success `before` holds what was compared with the plan.
  std::optional<Error> refusal(const HostCall& call, const Standing& standing,
                               std::optional<json>& before);

  // Whether the last refusal concerned who may change what when, not what was asked: the run is
  // halted and can go on when that is mended.
  bool halted() const { return halted_; }
  // The adjacent account that the last refusal found changed; empty: none.
  const std::string& contaminated() const { return contaminated_; }

  // The row of a call that passed.
  const Row* row(const HostCall& call) const { return engine_.catalogue.find(call.name); }

 private:
  std::optional<Error> known(const HostCall& call) const;
  std::optional<Error> fits_row(const HostCall& call) const;
  std::optional<Error> allowed_here(const HostCall& call, const Standing& standing) const;
  std::optional<Error> as_planned(const HostCall& call, const Standing& standing) const;
  std::optional<Error> inside_window(const HostCall& call, const Standing& standing) const;
  std::optional<Error> authorized(const HostCall& call) const;
  std::optional<Error> unlatched(const HostCall& call) const;
  std::optional<Error> own_account(const HostCall& call) const;
  std::optional<Error> within_rails(const HostCall& call, const Standing& standing) const;
  std::optional<Error> guarded(const HostCall& call, const Standing& standing) const;
  std::optional<Error> baselines_unchanged(const HostCall& call, const Standing& standing);
  std::optional<Error> same_before(const HostCall& call, const Standing& standing,
                                   std::optional<json>& before) const;

  Engine& engine_;
  Session* session_;
  Ledger& ledger_;
  bool halted_ = false;
  std::string contaminated_;
};

// Whether changes of the run's account are open to it: no freeze, no incident but its own.
Status changes_open(const Engine& engine, const RunState& state, Session* session);

// Placeholders in `value` replaced by what the operations returned. Errors (kind "script"): a
// result has no such field.
Result<json> fill(const json& value, const std::map<int, json>& results);

// The planned state without its placeholders, for comparison with live state.
json comparable(const Row& row, const json& state);

}  // namespace countersign
