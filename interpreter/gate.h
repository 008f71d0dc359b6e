// The gate: the one function that decides what becomes of an operation a script asks for. Named
// checks in a fixed order; the first refusal wins and is final.
//
// Applying, what is asked is first held against what was signed (as_signed: every part of the
// request; as_planned: the next operation), then against who may change what when, then its
// placeholders are filled in and all that depends on its arguments is looked at with the values
// that will be sent: rails, target, guard, the state that it starts from, the files that it reads.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "interpreter/engine.h"
#include "interpreter/host_conversation.h"
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
struct PhaseContext {
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
  std::size_t next = 0;          // index of the intent that must come next
  json baselines;                // as they were when the phase began; null: there are none
  json snapshot;                 // the account as it was then
  std::optional<Time> compared;  // when they were looked at last, by this process
};

class Gate {
 public:
  // `compared`: when this process looked at the adjacent accounts last.
  Gate(Engine& engine, Session* session, Ledger& ledger, std::optional<Time> compared = {})
      : engine_(engine), session_(session), ledger_(ledger), compared_(compared) {}

  // Nothing: the call may go on as its stage provides. An Error ends the phase.
  // Applying: on success `before` holds what was compared with the plan.
  // `filled`: applying, the call with its placeholders filled in; else the call itself.
  std::optional<Error> refusal(const HostCall& call, const PhaseContext& standing, HostCall& filled,
                               std::optional<json>& before);

  // Whether the last refusal concerned who may change what when, not what was asked: the run is
  // halted and can go on when that is mended.
  bool halted() const { return halted_; }
  // The adjacent account that the last refusal found changed; empty: none.
  const std::string& contaminated() const { return contaminated_; }

  // What was just carried out may have reached anywhere: the adjacent accounts are looked at before
  // the next change.
  void compare_again() { compared_.reset(); }

  // The row of a call that passed.
  const Row* row(const HostCall& call) const { return engine_.catalogue.find(call.name); }

 private:
  std::optional<Error> known(const HostCall& call) const;
  std::optional<Error> fits_row(const HostCall& call) const;
  std::optional<Error> allowed_here(const HostCall& call, const PhaseContext& standing) const;
  std::optional<Error> as_signed(const HostCall& call);
  std::optional<Error> as_planned(const HostCall& call, const PhaseContext& standing) const;
  std::optional<Error> inside_window(const HostCall& call, const PhaseContext& standing) const;
  std::optional<Error> authorized(const HostCall& call) const;
  std::optional<Error> unlatched(const HostCall& call) const;
  std::optional<Error> own_account(const HostCall& call) const;
  std::optional<Error> known_now(const HostCall& call, const PhaseContext& standing,
                                 HostCall& filled) const;
  std::optional<Error> within_rails(const HostCall& call, const PhaseContext& standing) const;
  std::optional<Error> same_target(const HostCall& call, const PhaseContext& standing) const;
  std::optional<Error> guarded(const HostCall& call, const PhaseContext& standing) const;
  std::optional<Error> baselines_unchanged(const HostCall& call, const PhaseContext& standing);
  std::optional<Error> same_before(const HostCall& call, const PhaseContext& standing,
                                   std::optional<json>& before) const;
  std::optional<Error> same_sources(const HostCall& call, const PhaseContext& standing) const;

  Engine& engine_;
  Session* session_;
  Ledger& ledger_;
  bool halted_ = false;
  bool looked_at_all_ = false;  // the records that this process holds are what was signed
  std::string contaminated_;
  std::optional<Time> compared_;  // when adjacent accounts were found unchanged last
};

// Whether nobody answered what was asked, so that nothing is known of it, neither that it is as it
// was signed nor that it is not. Nothing was sent for it; it may be asked again.
bool no_answer(const Error& error);

// Whether changes of the run's account are open to it: no freeze, no incident but its own.
Status changes_open(const Engine& engine, const RunState& state, Session* session);

// The intent that comes next in the phase that is applied.
const Intent& next_intent(const PhaseContext& standing);

// Placeholders in `value` replaced by what the operations returned. Errors: kind "script", a
// result has no such field; "drift", it holds what only the engine makes (a handle in a text).
Result<json> fill(const json& value, const std::map<int, json>& results);

// Where `value` waits for all that an operation returns: a file that an operation before it writes
// a secret into has no digest that could be signed.
std::vector<std::string> late_pointers(const json& value);

// What the row's carrier reads besides its arguments; null where that is nothing.
Result<json> sources_of(const Row& row, const Call& call);

// The range of what the row returns at `path`, with what is known while planning filled in; null
// where nothing may be built on it.
json range_of(const Row& row, const json& arguments, const std::string& account,
              const std::string& path);

// Whether what an operation returned is what was signed: each field that is built on within its
// range, and what it says it made not there before. `snapshot`: of the account when the phase
// began. Errors: drift.
Status as_returned(const Engine& engine, const RunState& state, const json& snapshot,
                   const Intent& intent, const json& result);
// The same for what an operation is given of the result of operation `n` at `path`. `snapshot`: of
// the account when the phase of `n` began.
Status within_ranges(const Engine& engine, const RunState& state, const json& snapshot, int n,
                     const std::string& path);

// The target as it is planned, shown and signed; where a placeholder names it (`named_later`), with
// the operation's number in its place.
Result<std::string> planned_target(const Row& row, Session& session, const json& arguments,
                                   const Overlay* overlay, bool& named_later);

// The planned state without its placeholders, for comparison with live state.
json comparable(const Row& row, const json& state);

}  // namespace countersign
