// The fold: records applied in the order of the journal, each looking only at what those before it
// left. Whoever resumes, verifies or replays a run comes to the same state, so nothing here may ask
// a clock, a file outside the journal or an account.
#include "interpreter/run_state.h"

#include <algorithm>

#include "interpreter/account_key.h"
#include "interpreter/clock.h"

namespace countersign {

bool is_final(RunStatus status) {
  return status == RunStatus::done || status == RunStatus::failed ||
         status == RunStatus::rejected || status == RunStatus::cancelled;
}

std::optional<PhaseKind> phase_kind(const json& entry) {
  const json kind = entry.value("phase", json());
  return kind.is_string() ? parse_word<PhaseKind>(kind.get_ref<const std::string&>())
                          : std::nullopt;
}

std::vector<json> RunState::items() const {
  std::vector<json> out;
  const json done = head().value("done", json::array());
  for (std::size_t i = 0; i < done.size(); ++i)
    if (i >= wanted.size() || wanted[i]) out.push_back(done[i]);
  for (const json& one : obligations) out.push_back(one);
  return out;
}

std::optional<Due> RunState::due(const json& item) const {
  const auto said = [&](const char* key) {
    return item.contains(key) && item[key].is_string()
               ? parse_duration(item[key].get<std::string>())
               : std::nullopt;
  };
  const auto due = said("due"), within = said("within");
  // What is to happen within a time is due at once.
  if (!due && !within) return std::nullopt;
  Time base = changed_at;
  if (item.contains("after") && item["after"].is_string()) {
    const auto at = ended.find(item["after"].get<std::string>());
    base = at == ended.end() ? 0 : at->second;
  }
  if (base == 0) return std::nullopt;
  const Time from = base + due.value_or(0);
  return Due{from, from + within.value_or(86400)};
}

bool RunState::attested(const std::string& slug) const {
  const auto at = attestations.find(slug);
  return at != attestations.end() && at->second.verdict == "pass";
}

const Settlement* RunState::settled(const std::string& key) const {
  for (auto one = settlements.rbegin(); one != settlements.rend(); ++one)
    if (one->begun.key == key) return &*one;
  return nullptr;
}

std::string RunState::prefix(const std::string& phase) const {
  const auto at = rounds.find(phase);
  return at == rounds.end() ? phase : phase + "@" + std::to_string(at->second + 1);
}

std::string RunState::account_key() const {
  json endpoint = started.at("endpoint");
  endpoint["instance"] = started.value("instance", "");
  return countersign::account_key(endpoint, started.at("account").get<std::string>());
}

json RunState::earlier() const {
  json done = json::array();
  for (const AppliedOperation& one : confirmed)
    done.push_back(
        {{"n", one.n}, {"operation", one.operation}, {"phase", one.phase}, {"target", one.target}});
  json from;
  if (!taken_over.is_null())
    from = {{"run", taken_over.at("run")}, {"head", taken_over.at("head")}};
  json out = {{"takes_over", from}, {"done", done}, {"failed", failures}};
  for (const Settlement& one : settlements)
    if (!one.corrects.empty())
      out["corrected"].push_back({{"n", one.begun.n},
                                  {"operation", one.begun.operation},
                                  {"target", one.begun.target},
                                  {"is", one.answer.verdict},
                                  {"by", one.answer.person}});
  return out;
}

Time RunState::work_began() const {
  return taken_over.is_null() ? started_at : taken_over.at("began").get<Time>();
}

const json* RunState::next_phase() const {
  for (const json& entry : head().at("procedure")) {
    const std::string name = entry.at("name").get<std::string>();
    if (phases.count(name) == 0 && skipped.count(name) == 0) return &entry;
  }
  return nullptr;
}

bool RunState::half_done(const std::string& phase) const {
  return phases.count(phase) == 0 &&
         std::any_of(confirmed.begin(), confirmed.end(),
                     [&](const AppliedOperation& one) { return one.phase == phase; });
}

bool RunState::operations_left(const std::string& phase) const {
  const PlannedPhase* planned = plan ? plan->phase(phase) : nullptr;
  if (!planned) return true;
  for (const Intent* intent : intents_of(*planned))
    if (std::none_of(confirmed.begin(), confirmed.end(),
                     [&](const AppliedOperation& one) { return one.n == intent->n; }))
      return true;
  return false;
}

std::vector<std::string> RunState::read_last() const {
  std::vector<std::string> names;
  const json& procedure = head().at("procedure");
  for (auto entry = procedure.rbegin(); entry != procedure.rend(); ++entry) {
    const std::string name = (*entry).at("name").get<std::string>();
    if (std::any_of(confirmed.begin(), confirmed.end(),
                    [&](const AppliedOperation& one) { return one.phase == name; }))
      break;
    const bool over = phases.count(name) != 0 || current == name;
    // Time that has passed is not waited for again.
    if (phase_kind(*entry) == PhaseKind::wait && over) break;
    if (skipped.count(name) != 0 || (phase_kind(*entry) == PhaseKind::read && over))
      names.push_back(name);
  }
  std::reverse(names.begin(), names.end());
  return names;
}

std::vector<std::string> RunState::again_with(const std::string& phase) const {
  std::vector<std::string> names;
  std::string from;
  for (const json& entry : head().at("procedure"))
    if (entry.at("name") == phase && entry.contains("again_from") &&
        entry["again_from"].is_string())
      from = entry["again_from"].get<std::string>();
  if (from.empty()) return names;
  bool inside = false;
  for (const json& entry : head().at("procedure")) {
    const std::string name = entry.at("name").get<std::string>();
    inside = inside || name == from;
    if (inside && phase_kind(entry) != PhaseKind::mutate) names.push_back(name);
    if (name == phase) break;
  }
  return names;
}

Result<RunState> RunState::of(const Journal& journal) {
  RunState state;
  try {
    for (const Record& record : journal.records()) TRY(state.apply(record, journal));
  } catch (const json::exception&) {
    return Error{"state", "the run's journal holds a document that this version cannot read",
                 "use the version that wrote it"};
  }
  if (journal.records().empty())
    return Error{"state", "the run's file is empty: its start was never recorded",
                 "start the run again; nothing was sent"};
  return state;
}

}  // namespace countersign
