#include "repl/scenarios/scenario_result.h"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>

#include "interpreter/clock.h"
#include "repl/scenarios/coverage.h"
#include "repl/scenarios/recorded_scenario.h"

namespace countersign {
namespace fs = std::filesystem;

ScenarioWorkspace::ScenarioWorkspace(std::string folder, Interruption& by, bool keep)
    : keys(folder + "/keys"), interruption(by), folder_(std::move(folder)), keep_(keep) {}

Result<std::unique_ptr<ScenarioWorkspace>> ScenarioWorkspace::open(Interruption& interruption,
                                                                   bool keep) {
  std::error_code bad;
  std::string draft = (fs::temp_directory_path(bad) / "countersign-test-XXXXXX").string();
  if (bad || mkdtemp(draft.data()) == nullptr || !fs::create_directory(draft + "/keys", bad))
    return Error{"state", "no temporary folder can be made", "set TMPDIR to one that is writable"};
  return std::unique_ptr<ScenarioWorkspace>(
      new ScenarioWorkspace(fs::canonical(draft, bad).string(), interruption, keep));
}

ScenarioWorkspace::~ScenarioWorkspace() {
  std::error_code ignored;
  if (!keep_) fs::remove_all(folder_, ignored);
}

std::string ScenarioWorkspace::new_folder() {
  const std::string folder = folder_ + "/" + std::to_string(++last_);
  std::error_code bad;
  fs::create_directory(folder, bad);
  return folder;
}

namespace {

Status play(const ScenarioFile& file, const Scenario& scenario, const json& breaks,
            const json& head, ScenarioWorkspace& theatre, ScenarioResult& out) {
  std::unique_ptr<ScenarioEnvironment> scene =
      TRY(ScenarioEnvironment::set(file, breaks, theatre.keys, theatre.interruption, out.folder));
  out.staged = true;
  Result<ScenarioOutcome> outcome = Error{};
  {
    ScenarioRunner player(*scene, scenario, theatre.interruption);
    outcome = player.play();
  }
  if (!outcome) return outcome.error();
  out.error = outcome->error;
  if (outcome->state) out.run = summary(*outcome->state);
  if (head.is_object()) out.reached = reached_by(head, *outcome);
  std::vector<Difference> compared =
      TRY(compare(scenario.expect, !scenario.decisions.is_null(), *outcome, *scene));
  out.differences = std::move(compared);
  return Done{};
}

Status play_over(const ScenarioFile& file, const Scenario& scenario, const json& head,
                 bool withheld, ScenarioResult& out) {
  out.staged = true;
  const RecordedOutcome played = TRY(play_recorded(file, scenario, withheld));
  out.error = played.outcome.error;
  out.run = summary(*played.outcome.state);
  if (head.is_object()) out.reached = reached_by(head, played.outcome);
  out.differences = compare_recorded(scenario.expect, played.outcome, played.unanswered);
  return Done{};
}

// `how` plays into what is returned.
ScenarioResult performed(const std::function<Status(ScenarioResult&)>& how,
                         ScenarioWorkspace& theatre) {
  ScenarioResult out;
  if (theatre.interruption.came()) {
    out.trouble = Error{"refused", "it was interrupted"};
    return out;
  }
  const Clock::Span began = wall_clock().steady();
  out.folder = theatre.new_folder();
  const Status played = [&]() -> Status {
    try {
      return how(out);
    } catch (const std::exception&) {
      // A scenario file is a script: it may put anything where a text is wanted.
      return Error{"usage", "the scenario has a value of the wrong kind",
                   "docs/testing.md says what a scenario is made of"};
    }
  }();
  out.played = !theatre.interruption.came();
  if (!played) out.trouble = played.error();
  std::error_code ignored;
  if (!theatre.keeps()) {
    fs::remove_all(out.folder, ignored);
    out.folder.clear();
  }
  out.seconds = std::chrono::duration<double>(wall_clock().steady() - began).count();
  return out;
}

}  // namespace

ScenarioResult perform(const ScenarioFile& file, const Scenario& scenario, const json& breaks,
                       const json& head, ScenarioWorkspace& theatre) {
  if (!file.recorded.empty()) return perform_recorded(file, scenario, head, false, theatre);
  return performed(
      [&](ScenarioResult& out) { return play(file, scenario, breaks, head, theatre, out); },
      theatre);
}

ScenarioResult perform_recorded(const ScenarioFile& file, const Scenario& scenario,
                                const json& head, bool withheld, ScenarioWorkspace& theatre) {
  return performed(
      [&](ScenarioResult& out) { return play_over(file, scenario, head, withheld, out); }, theatre);
}

}  // namespace countersign
