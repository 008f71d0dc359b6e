// Plays a scenario to its end: starts the run, and does what people do when it waits.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/run.h"
#include "repl/scenarios/scenario_environment.h"

namespace countersign {

// What came of a scenario.
struct ScenarioOutcome {
  std::string status = "not started";
  std::optional<RunState> state;  // nothing where the run did not start
  std::optional<Error> error;     // the run's own, or what refused an answer
  std::vector<std::string> plan;  // operations: those carried out, then those still planned
  json before, after;             // the world when the run began, and at its end
  json requests = json::array();
};

class ScenarioRunner {
 public:
  ScenarioRunner(ScenarioEnvironment& scene, const Scenario& scenario, Interruption& interruption);

  // Errors: usage (a decision names what is not there), refused (interrupted).
  Result<ScenarioOutcome> play();

 private:
  Status start();
  Status begin();
  Status take_over();
  std::string asking() const;
  void advance();
  Status carry_out(const json& decision);
  // What is wanted of people by now, done by those who may: false where nothing is, or nobody may.
  Result<bool> usual();
  Status rest();
  bool approve(const std::vector<const Person*>& who, const json& terms);
  Status reject(const json& decision);
  bool attest(const std::string& item, const json& decision);
  bool sign_off(const std::string& by);
  Status settle(const json& decision);
  bool attest_all();
  void wait_until(Time moment);

  // Those of that name, else those who hold one of `roles` (any, where there are none).
  Result<std::vector<const Person*>> named(const std::string& name,
                                           const std::vector<std::string>& roles) const;
  std::vector<std::string> roles_wanted() const;
  const RunState& state() const { return run_->state(); }
  bool said(const Status& taken);

  ScenarioEnvironment& scene_;
  const Scenario& scenario_;
  Interruption& interruption_;
  std::unique_ptr<Run> run_;
  std::optional<Error> error_;
};

}  // namespace countersign
