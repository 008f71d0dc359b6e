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

namespace countersign {

struct StartRequest {
  ScriptFile script;      // text and the name errors show
  std::string folder;     // of the runbook: where its modules are
  json parameters;        // name to value as given
  std::string profile;    // --profile; may be empty
  std::string principal;  // who asks
};

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
  // `result`: what the operation returned, where it was applied; null if that is not known.
  Status settle(const Signed& settlement, const json& result);
  Status cancel(const std::string& reason);

  const RunState& state() const { return ledger_->state(); }
  const Journal& journal() const { return ledger_->journal(); }
  Result<Time> now();

  // The digest that a sign-off signs: of everything in the journal before sign-offs.
  std::string evidence_sha256() const;
  // The text an attestation of `item` is bound to. Errors (kind "usage"): no such item, not wanted
  // on this path.
  Result<std::string> item_subject(const std::string& item) const;
  // The first operation in doubt, or null; and the text that a settlement of it is bound to.
  const Begun* in_doubt() const;
  std::string doubt_subject() const;

 private:
  Run(Engine& engine, std::unique_ptr<Ledger> ledger, Lock lock);
  Status open_session();
  Status check_script();
  Status go();
  Status rest(const std::string& status);
  Status fail(const Error& error);
  Standing standing(Stage stage, const std::string& phase) const;
  std::string folder() const;
  Result<ScriptFile> script() const;

  Status run_read(const json& entry);
  Status run_wait(const json& entry, bool& over);
  Status run_mutate(const json& entry, bool& stopped);
  Status plan_rest();
  Result<json> wait_seconds(const json& entry, const Plan* draft, bool& skipped,
                            std::string& unknown);
  Status publish();
  Status begin_phase(const PlannedPhase& planned);
  Status replan_same(const PlannedPhase& planned);
  Status end_bracket(const PlannedPhase& planned);
  Status settle_begun();
  json kept_trust();
  json kept_answer(const Signed& document, const Answer& answer);
  Status finish(bool& stopped);

  Engine& engine_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Session> session_;
  Lock lock_;
};

// CLI.md's shapes.
json summary(const RunState& state);
json plan_view(const RunState& state);

}  // namespace countersign
