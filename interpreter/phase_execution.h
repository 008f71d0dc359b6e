// One walk through a phase: a script host runs it, the gate rules on each call, and what happens is
// journaled, planned or carried out as the stage provides.
#pragma once
#include <optional>
#include <string>

#include "interpreter/engine.h"
#include "interpreter/gate.h"
#include "interpreter/host_conversation.h"
#include "interpreter/ledger.h"

namespace countersign {

class PhaseExecution : public CallServer {
 public:
  // `folder`: where the script's own modules are. All references outlive the walk. `session` may be
  // null (explore).
  PhaseExecution(Engine& engine, Session* session, Ledger& ledger, PhaseContext standing,
                 std::string folder);

  // Runs `task` of `script`, with calls keyed below `prefix`.
  PhaseResult run(const ScriptFile& script, const json& task, const std::string& prefix);
  // What a script host for this walk is started with, but for the script.
  HostOptions talk() const;

  // Planning and drafting: the phase as planned. Its steps in order; intents numbered on from
  // `first`.
  PlannedPhase planned;
  int first = 1;
  PlannedPhase* in_plan =
      nullptr;  // the same phase inside the plan being made, kept in step for the rails
  // The standing as it is now; applying, `next` tells how many operations were reached.
  const PhaseContext& standing() const { return standing_; }
  // See Gate::halted; also where what the gate looks at before a change, or what is looked at after
  // one, was not answered.
  bool halted() const { return gate_.halted() || unanswered_; }
  const std::string& contaminated() const { return gate_.contaminated(); }
  // The title of the check that failed, where that ended the phase: no script's error says so.
  const std::string& failed_check() const { return failed_check_; }

  CallOutcome serve(const HostCall& call) override;
  Status deliver(const HostCall& call, Result<json>& result) override;
  Result<ScriptFile> module(const std::string& name) override;
  void print(const std::string& text) override;

 private:
  CallOutcome record(const HostCall& call);
  Status keep(RecordKind kind, const HostCall& call);
  template <class R>
  Status keep_said(const HostCall& call, R* said = nullptr);
  CallOutcome replayed(const HostCall& call, const Outcome& outcome);
  CallOutcome intend(const HostCall& call, const Row& row);
  CallOutcome draft(const HostCall& call, const Row& row);
  // `call`: as asked; `filled`: with its placeholders filled in, as it passed the gate.
  CallOutcome apply(const HostCall& call, const HostCall& filled, const Row& row,
                    const std::optional<json>& before, OneLook& look);
  CallOutcome answered(const HostCall& call, const Error& error);
  CallOutcome not_sent(Error error, const HostCall& call);
  Status read_back(const Row& row, const Intent& intent, const json& arguments);
  Status read_back_again(const Intent& intent, const std::string& key);
  Status ranges_known(const HostCall& call) const;
  const Intent* planned_intent(int n) const;

  Engine& engine_;
  Session* session_;
  Ledger& ledger_;
  PhaseContext standing_;
  std::string folder_;
  Gate gate_;
  bool unanswered_ = false;
  std::string failed_check_;
};

// What a phase sees as `run`: parameters, profile, what earlier phases returned.
// `draft`: the plan whose mutating phases count as done, or null.
// `holes`: the read phases whose promises stand for what they return; null for a read phase, which
// sees everything that is known.
Result<json> run_view(const Ledger& ledger, const Plan* draft,
                      const std::vector<std::string>* holes);
// The read phases that the mutating phase `phase` sees as holes: the same while planning under
// `plan` and while applying it, and to the end of a phase that was begun.
std::vector<std::string> holes_of(const RunState& state, const Plan& plan,
                                  const std::string& phase);

}  // namespace countersign
