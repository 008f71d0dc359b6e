#include "repl/scenarios/proof.h"

#include <exception>
#include <filesystem>

#include "repl/scenarios/scenario_environment.h"
#include "repl/scenarios/scenario_runner.h"

namespace countersign {
namespace {

bool goes_well(const json& expect) {
  const std::string status = expect.value("status", "done");
  return status != "failed" && status != "rejected" && status != "cancelled" &&
         status != "drifted" && status != "not started" && !expect.contains("error") &&
         expect.value("checks_failed", json::array()).empty();
}

// A scene that cannot be set shows nothing of the scenario; a decision that cannot be made does.
bool fails(const ScenarioFile& file, const Scenario& scenario, const json& breaks,
           ScenarioWorkspace& theatre) {
  const ScenarioResult played = perform(file, scenario, breaks, json(), theatre);
  return played.played && played.staged && !played.ok();
}

// The language is told to ask `verify` of the cause that is found, in place of planning its fix;
// this is the title of the check that it makes of the answer.
constexpr const char* kProving = "local host = ...\nhost.proving = true\n";
constexpr const char* kVerifyFails = "verify fails while the fault stands";

// The cause whose `verify` passes although what the scenario broke is broken; empty: there is none.
std::string unnoticed(const ScenarioFile& file, const Scenario& scenario,
                      ScenarioWorkspace& theatre, const std::string& folder) {
  const auto scene =
      ScenarioEnvironment::set(file, scenario.breaks, theatre.keys, theatre.interruption, folder);
  if (!scene) return "";
  (*scene)->engine().prelude.push_back({"proving", "stdlib/proving.lua", kProving});
  Scenario looked = scenario;
  looked.decisions = json::array();  // nobody decides anything
  const Result<ScenarioOutcome> outcome =
      ScenarioRunner(**scene, looked, theatre.interruption).play();
  if (!outcome || !outcome->state) return "";
  for (const json& check : outcome->state->checks)
    if (check.value("title", "") == kVerifyFails && check.value("ok", json()) == false)
      return check.value("detail", "");
  return "";
}

std::string unnoticed_cause(const ScenarioFile& file, const Scenario& scenario,
                            ScenarioWorkspace& theatre) {
  if (theatre.interruption.came()) return "";
  const std::string folder = theatre.new_folder();
  std::string cause;
  try {
    cause = unnoticed(file, scenario, theatre, folder);
  } catch (const std::exception&) {
    // A value of the wrong kind in the scenario; playing it has said so.
  }
  std::error_code ignored;
  if (!theatre.keeps()) std::filesystem::remove_all(folder, ignored);
  return cause;
}

}  // namespace

std::string unproven(const ScenarioFile& file, const Scenario& scenario,
                     ScenarioWorkspace& theatre) {
  if (!file.recorded.empty()) {
    const ScenarioResult blind = perform_recorded(file, scenario, json(), true, theatre);
    return blind.played && !blind.ok() ? "" : "it comes out the same without any answer";
  }
  if (!scenario.breaks.empty()) {
    if (!fails(file, scenario, json::array(), theatre))
      return "it comes out the same when nothing is broken";
    const std::string cause = unnoticed_cause(file, scenario, theatre);
    return cause.empty() ? "" : "verify passes while \"" + cause + "\" still stands";
  }
  if (!goes_well(scenario.expect)) return "";
  std::size_t tried = 0;
  for (const Scenario& other : file.scenarios) {
    if (other.breaks.empty() || theatre.interruption.came()) continue;
    ++tried;
    if (fails(file, scenario, other.breaks, theatre)) return "";
  }
  return tried == 0 ? "no scenario of the file breaks anything that it could be tried on"
                    : "it comes out the same whatever another scenario of the file breaks";
}

}  // namespace countersign
