// One run of a runbook: begun once, gone on with by any process, finished when its evidence is
// signed off. All that happens goes through its journal; a Run holds the run's lock while it lives.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/engine.h"
#include "interpreter/gate.h"
#include "interpreter/home.h"
#include "interpreter/ledger.h"
#include "interpreter/ways_on.h"

namespace countersign {

struct StartRequest {
  ScriptFile script;      // text and the name errors show
  std::string folder;     // of the runbook: where its modules are
  json parameters;        // name to value as given
  std::string profile;    // --profile; may be empty
  std::string principal;  // who asks
};

class PhaseExecution;

class Run {
 public:
  // Checks head, parameters and account, and records the start. Errors leave no run behind.
  static Result<std::unique_ptr<Run>> start(Engine& engine, const StartRequest& request);
  // Errors: refused (another process works on it), state.
  static Result<std::unique_ptr<Run>> open(Engine& engine, const std::string& id);
  ~Run();

  // Goes as far as it can. The error, if any, is also in the run's state; exit codes follow from
  // either.
  Status advance();

  // A signed decision, attestation, sign-off or settlement taken in. Errors: refused, usage;
  // nothing is recorded then.
  Status decide(const Signed& decision);
  Status attest(const std::string& item, const Signed& attestation);
  Status sign_off(const Signed& sign_off);
  // `result`: what the operation returned, where it was applied; null if that is not known. A
  // document that names the settlement that it corrects (settlers.h) takes that back: what was
  // planned on it is planned and decided anew.
  Status settle(const Signed& settlement, const json& result);
  // The run's folder was copied or put back, and a person answers that it goes on here.
  Status adopt(const Signed& settlement);
  Status cancel(const std::string& reason);
  // Opens a run again that stopped: `advance` goes on then. `by`: who asked. Errors (kind "usage",
  // "in_doubt"): that does not lead on from where it stands.
  Status reopen(Way way, const std::string& by);
  // A run that changed nothing yet goes on with what the other one did, which has ended without
  // being done. What is left is planned and decided. Errors: usage, refused, in_doubt, state.
  Status take_over(const std::string& run, const std::string& by);
  // A run that changed nothing yet undoes what the other one changed, which has ended: by the
  // runbook's `undo` or by the inverse of each operation, last first, planned and decided on as any
  // change is. Nothing of it is taken over where it cannot be undone whole, or is not as the other
  // run left it. Errors: usage, refused, drift, in_doubt, state.
  Status undo(const std::string& run, const std::string& by);

  const RunState& state() const { return ledger_->state(); }
  const Journal& journal() const { return ledger_->journal(); }
  Result<Time> now();

  // The hash of the last record: what a document that is signed now names.
  const std::string& head() const { return state().chain_head; }
  // The digest that a sign-off signs: of everything in the journal before sign-offs.
  std::string evidence_sha256() const;
  // The text an attestation of `item` is bound to. Errors (kind "usage"): no such item, not wanted
  // on this path.
  Result<std::string> item_subject(const std::string& item) const;
  // The first operation in doubt, or null; and the text that a settlement of it is bound to.
  const PendingOperation* in_doubt() const;
  std::string doubt_subject() const;
  // Whether the run came here as a copy or was restored from a backup, so that what happened since
  // is not known here; and the text that its adoption is bound to.
  bool came_here() const;
  std::string adoption_subject() const;

 private:
  std::string closing_key_here() const;
  Run(Engine& engine, std::unique_ptr<Ledger> ledger, Lock lock);
  Status open_session();
  Status check_beginning();
  bool changes_left() const;
  Status check_home();
  Result<std::string> copied() const;
  bool behind_index() const;
  Status void_taken_over();
  // The record of it, where the plan is from before; null: it was not.
  const Record* taken_over() const;
  void note();
  void remember();
  Status go();
  Status rest(RunStatus status);
  Status fail(const Error& error);
  Status take_work(const std::string& run, const std::string& by, bool to_undo);
  UndoRecord put_back(const RunState& of) const;
  Status as_left(const RunState& other);
  // Of a run that changed nothing: the ended one whose work it could go on with; empty: none.
  std::string unfinished() const;
  PhaseContext standing(Stage stage, const std::string& phase) const;
  std::string folder() const;
  Result<ScriptFile> script() const;

  // `halted`: what keeps the run from going on now is recorded with where it stands.
  Status halt(RunStatus status, const Error& error, bool halted = false);
  Status run_read(const json& entry);
  Result<std::string> broken_promise(const json& entry, const json& value);
  Status run_wait(const json& entry, bool& over);
  Result<bool> ended_early(const json& entry);
  Status run_mutate(const json& entry, bool& stopped);
  Status plan_rest();
  Status plan_undo();
  Status keep_plan(Plan& plan);
  Status signed_undo(const json& undoing) const;
  // What was signed is what is there now; said, and recorded, where it is not.
  Status same_as_signed();
  // What undoes the phase, planned over the state that `where` stands for.
  Result<PlannedPhase> plan_undo_of(const std::string& phase, Plan& plan, const PhaseContext& where,
                                    int first);
  // A mutating phase, or what undoes one, walked as the walk's stage provides.
  PhaseResult walk_phase(PhaseExecution& walk, const ScriptFile& file, const std::string& name,
                         const json& view);
  PhaseResult walk_inverses(PhaseExecution& walk, const std::string& phase,
                            const std::string& name);
  // After a failed check or item: whether undoing has begun.
  Result<bool> begin_undo(const Error& error, const std::string& failed);
  Status go_undo(bool& stopped);
  Status void_evidence();
  // Whether a change of an adjacent account waits for a person to say that it is known.
  Result<bool> suspicious(const json& baselines);
  Result<json> wait_seconds(const json& entry, const Plan* draft, bool& skipped,
                            std::string& unknown);
  Status publish();
  Status await_window();
  Status consume();
  Status stop(const Error& error);
  Status begin_phase(const PlannedPhase& planned, bool& stopped);
  Status replan_same(const PlannedPhase& planned);
  Status end_bracket(const PlannedPhase& planned);
  Status foreign_known(const PlannedPhase& planned, const json& moved);
  bool foreign_open() const;
  Status settle_begun(bool& stopped);
  Status fits(const PendingOperation& begun, const Answer& answer, const Signed& settlement,
              const json& result);
  Status keep_reopening(Way way, const std::string& by, const Reopening& what);
  Status correct(const Signed& settlement, const std::string& corrects, const json& result);
  Status keep_settlement(const PendingOperation& begun, const Signed& settlement,
                         const Answer& answer, const std::string& corrects, const json& result);
  Result<bool> surely_not_applied(const PendingOperation& one, const Row& row, bool& stopped);
  std::map<std::string, std::string> kept_trust();
  // A document names a head of this run's chain, behind what it answers.
  Status in_chain(const std::string& kind, const json& body, const Signed& answer) const;
  // Every document that was taken in still stands behind the records that it was written for.
  Status same_history() const;
  // A run that ended, and whose end no person signed, is closed by the engine. Idempotent.
  Status close();
  // Errors (kind "refused"): of a type or verdict that no record holds.
  Result<SignedAnswer> kept_answer(const Signed& document, const Answer& answer);
  Status choose_items();
  Status finish(bool& stopped);

  Engine& engine_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Session> session_;
  Lock lock_;
};

// Whether the run was begun to undo what another one changed.
bool undoes_another(const RunState& state);

// Whether a run about the same as `mine` ended and left work that `mine` could go on with.
bool leaves_work(const RunState& other, const RunState& mine);

// An item that waits for its attestation: {"item", "text", "role", "why"?, "due"?, "overdue"?}.
json open_item(const RunState& state, const json& item);

// CLI.md's shapes.
json summary(const RunState& state);
json plan_view(const RunState& state);

}  // namespace countersign
