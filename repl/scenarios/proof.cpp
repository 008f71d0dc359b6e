#include "repl/scenarios/proof.h"

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

}  // namespace

std::string unproven(const ScenarioFile& file, const Scenario& scenario,
                     ScenarioWorkspace& theatre) {
  if (!file.recorded.empty()) {
    const ScenarioResult blind = perform_recorded(file, scenario, json(), true, theatre);
    return blind.played && !blind.ok() ? "" : "it comes out the same without any answer";
  }
  if (!scenario.breaks.empty())
    return fails(file, scenario, json::array(), theatre)
               ? ""
               : "it comes out the same when nothing is broken";
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
