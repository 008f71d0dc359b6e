#include "repl/scenarios/coverage.h"

#include <algorithm>

#include "interpreter/rails.h"

namespace countersign {
namespace {

json no_parts() {
  return {{"phases", json::array()},
          {"causes", json::array()},
          {"fixes", json::array()},
          {"rails", json::array()}};
}

void add(json& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

json list_of(const json& head, const char* key) {
  json list = head.value(key, json::array());
  return list.is_array() ? list : json::array();
}

// Which cause the fix was for: the one that the diagnosis settled on.
std::string mended(const RunState& state) {
  if (const auto at = state.phases.find("diagnose"); at != state.phases.end()) {
    const json root = at->second.is_object() ? at->second.value("root", json()) : json();
    if (root.is_object() && root.contains("cause") && root["cause"].is_string())
      return root["cause"].get<std::string>();
  }
  return state.findings.empty() ? "" : state.findings.front().value("cause", "");
}

}  // namespace

json parts_of(const json& head) {
  json parts = no_parts();
  for (const json& phase : list_of(head, "procedure"))
    add(parts["phases"], phase.value("name", ""));
  for (const json& symptom : list_of(head, "symptoms"))
    for (const json& cause : list_of(symptom, "causes")) {
      add(parts["causes"], cause.value("slug", ""));
      if (cause.value("has_fix", false)) add(parts["fixes"], cause.value("slug", ""));
    }
  for (const json& rail : list_of(head, "rails")) add(parts["rails"], rail_text(rail));
  return parts;
}

json reached_by(const json& head, const ScenarioOutcome& outcome) {
  json reached = no_parts();
  if (!outcome.state) return reached;
  const RunState& state = *outcome.state;
  for (const auto& [name, value] : state.phases) add(reached["phases"], name);
  // A wait is over or was begun; the phase that a run ended in ran too.
  for (const auto& [name, until] : state.waits) add(reached["phases"], name);
  if (!state.current.empty()) add(reached["phases"], state.current);
  for (const json& finding : state.findings) add(reached["causes"], finding.value("cause", ""));
  const bool fixed = std::any_of(state.confirmed.begin(), state.confirmed.end(),
                                 [](const AppliedOperation& one) { return one.phase == "fix"; });
  if (fixed) add(reached["fixes"], mended(state));
  if (outcome.error)
    for (const json& rail : list_of(head, "rails"))
      if (refused_by(rail, *outcome.error)) add(reached["rails"], rail_text(rail));
  return reached;
}

json unreached(const json& parts, const std::vector<json>& reached) {
  json missing = no_parts();
  for (const auto& [kind, all] : parts.items())
    for (const json& one : all) {
      const bool there = std::any_of(reached.begin(), reached.end(), [&](const json& by) {
        const json& list = by.at(kind);
        return std::find(list.begin(), list.end(), one) != list.end();
      });
      if (!there) missing[kind].push_back(one);
    }
  return missing;
}

std::size_t count_of(const json& parts) {
  std::size_t count = 0;
  for (const json& list : parts) count += list.size();
  return count;
}

}  // namespace countersign
