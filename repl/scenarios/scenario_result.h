// One scenario, from an empty folder to what is not as expected.
#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "repl/scenarios/expectation.h"
#include "repl/scenarios/interruption.h"
#include "repl/scenarios/key_ring.h"
#include "repl/scenarios/scenario_file.h"

namespace countersign {

// A temporary folder with one below it for each performance; gone with everything in it at the end,
// unless it is kept.
class ScenarioWorkspace {
 public:
  // Errors (kind "state"): no folder can be made.
  static Result<std::unique_ptr<ScenarioWorkspace>> open(Interruption& interruption, bool keep);
  ~ScenarioWorkspace();

  std::string new_folder();  // made, empty; from any thread
  bool keeps() const { return keep_; }
  KeyRing keys;
  Interruption& interruption;

 private:
  ScenarioWorkspace(std::string folder, Interruption& by, bool keep);
  std::string folder_;
  bool keep_;
  std::atomic<int> last_{0};
};

struct ScenarioResult {
  std::vector<Difference> differences;
  // Why it could not be played: neither as expected nor otherwise.
  std::optional<Error> trouble;
  std::optional<Error> error;  // what the run said
  double seconds = 0;
  json run;             // where the run stood, in the shape of `show`; null: it did not start
  json reached;         // coverage.h; null where it was not played
  std::string folder;   // kept
  bool staged = false;  // everything was there, and what was to be broken is
  bool played = false;  // false: interrupted before its end

  bool ok() const { return played && differences.empty() && !trouble; }
};

// `breaks` stand in for the scenario's own. `head`: of the file's script, null where it cannot be
// read.
ScenarioResult perform(const ScenarioFile& file, const Scenario& scenario, const json& breaks,
                       const json& head, ScenarioWorkspace& theatre);
// One that is played over a recording; `withheld`: with none of its answers.
ScenarioResult perform_recorded(const ScenarioFile& file, const Scenario& scenario,
                                const json& head, bool withheld, ScenarioWorkspace& theatre);

}  // namespace countersign
