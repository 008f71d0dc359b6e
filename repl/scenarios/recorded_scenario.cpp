#include "repl/scenarios/recorded_scenario.h"

#include <algorithm>

#include "interpreter/home.h"
#include "repl/engine_setup.h"
#include "repl/replay/cassette_file.h"
#include "stdlib/session/snapshot_rows.h"

namespace countersign {
namespace {

// What the run was given, with what the scenario says instead; nothing said: as it was.
json parameters_of(const json& recorded, const json& given) {
  if (given.empty()) return json();
  json all = recorded;
  all.update(given);
  return all;
}

ScenarioOutcome outcome_of(WalkedRun&& walked) {
  ScenarioOutcome out;
  out.status = walked.error ? "failed" : walked.awaits ? "awaiting_decision" : "done";
  out.error = walked.error;
  for (const PlannedPhase& phase : walked.plan.phases)
    for (const Intent* intent : intents_of(phase)) out.plan.push_back(intent->operation);
  out.state = std::move(walked.state);
  out.state->status = walked.error    ? RunStatus::failed
                      : walked.awaits ? RunStatus::awaiting_decision
                                      : RunStatus::done;
  out.state->error = walked.error;
  return out;
}

}  // namespace

Result<RecordedOutcome> play_recorded(const ScenarioFile& file, const Scenario& scenario,
                                      bool withheld) {
  CassetteFile cassette = TRY(read_cassette(file.recorded));
  RecordedRun& run = cassette.run;
  if (withheld) run.answers = RecordedAnswers();
  NamedDocuments documents(std::move(cassette.documents));
  const std::unique_ptr<Home> nowhere = Home::nowhere();
  const std::unique_ptr<Authorizer> nobody = deny_everything();
  const std::unique_ptr<Engine> engine = make_engine(*nowhere, wall_clock(), *nobody, {}, {});
  run.started["runbook"] = {{"name", file.script.script.name}, {"title", file.script.script.name}};
  WalkOptions options;
  options.script = file.script.script;
  options.folder = file.script.folder;
  options.computed = works_on_documents;
  options.parameters = parameters_of(run.started["parameters"], scenario.parameters);
  WalkedRun walked = TRY(walk(*engine, run, documents, options));
  RecordedOutcome out;
  for (const UnansweredCall& one : walked.unanswered)
    if (std::find(out.unanswered.begin(), out.unanswered.end(), one.operation) ==
        out.unanswered.end())
      out.unanswered.push_back(one.operation);
  out.outcome = outcome_of(std::move(walked));
  return std::move(out);
}

}  // namespace countersign
