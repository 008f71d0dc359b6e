// Where one scenario is played: a folder of its own with a copy of the workspace, the simulated
// providers on a port of their own, people with SSH keys, and the engine wired as `run` wires it.
// Nothing of it reaches anything else.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/engine.h"
#include "repl/runbook_file.h"
#include "repl/scenarios/interruption.h"
#include "repl/scenarios/key_ring.h"
#include "repl/scenarios/scenario_file.h"
#include "repl/scenarios/test_people.h"

namespace countersign {

class ScenarioEnvironment {
 public:
  // `breaks`: what goes wrong before the run. Changes of the world and edits are made before it is
  // served, faults and calls after that, in their order. `folder` is there and empty; everything
  // else outlives the scene. Errors: usage (a break that cannot be made), config (world, workspace,
  // policy).
  static Result<std::unique_ptr<ScenarioEnvironment>> set(const ScenarioFile& file,
                                                          const json& breaks, KeyRing& keys,
                                                          Interruption& interruption,
                                                          const std::string& folder);
  ~ScenarioEnvironment();

  Engine& engine();
  // What is tried: the file itself, or its copy where an edit changed that.
  const RunbookFile& script() const;
  const TestPeople& cast() const;

  // Something happens while it stands; of a call, its report (docs/formats/calls.md), else null.
  Result<json> happen(const json& event);
  // The simulated time: what waits here jumps.
  Clock& clock();

  json world() const;
  json requests() const;  // that the providers saw
  // A file of the workspace's copy; nothing where there is none.
  std::optional<std::string> file(const std::string& name) const;
  // Without any secret that was opened on the way.
  json without_secrets(json value) const;

 private:
  struct State;
  explicit ScenarioEnvironment(std::unique_ptr<State> state);
  Status furnish(const ScenarioFile& file, const json& world, KeyRing& keys);
  Status edit(const json& event);
  void wire();

  std::unique_ptr<State> state_;
};

}  // namespace countersign
