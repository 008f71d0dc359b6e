#include "interpreter/incident.h"

#include "interpreter/home.h"

namespace countersign {
namespace {

// Who is told: the finding's word, else who signs the run off, else who approves it.
std::string informed_role(const RunState& state, const json& finding) {
  if (finding.contains("inform") && finding["inform"].is_string()) return finding["inform"];
  for (const json& item : state.head().value("done", json::array()))
    if (item.value("item", "") == "sign_off") return item.value("role", "");
  const json authority = state.head().value("authority", json::object());
  return authority.contains("approver") && authority["approver"].is_string()
             ? authority["approver"].get<std::string>()
             : std::string();
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

Status raise_incident(Engine& engine, Ledger& ledger, const json& finding,
                      const std::string& exempt) {
  const RunState& state = ledger.state();
  if (state.id().empty()) return Done{};
  const std::string cause = finding.value("cause", ""), role = informed_role(state, finding),
                    rule = finding.contains("escalation") && finding["escalation"].is_string()
                               ? finding["escalation"].get<std::string>()
                               : "a finding of severity HIGH";
  std::vector<Latch> latches(1);
  latches[0].account = state.account_key();
  latches[0].profile = state.started["profile"].value("name", "");
  if (finding.contains("affects") && finding["affects"].is_array())
    for (const json& profile : finding["affects"])
      if (profile.is_string() && profile != latches[0].profile) {
        latches.emplace_back();
        latches.back().profile = profile.get<std::string>();
      }
  json ids = json::array();
  for (Latch& latch : latches) {
    latch.kind = "incident";
    latch.reason = cause;
    latch.run = state.id();
    latch.role = role;
    latch.exempt = exempt;
    latch.at = ledger.now();
    const Result<Latch> set = engine.home.latches().set(latch);
    if (!set) return set.error();
    ids.push_back(set->id);
  }
  if (const Status kept = ledger.add("latch", {{"latches", ids}, {"rule", rule}, {"cause", cause}});
      !kept)
    return kept;
  const int open = static_cast<int>(state.obligations.size()) + 1;
  const std::string who = role.empty() ? "whoever is responsible" : "the " + upper(role);
  if (const Status kept = ledger.add(
          "obligation",
          {{"item", "attest"},
           {"slug", "informed-" + std::to_string(open)},
           {"text", who + " was informed at … of: " + cause + " (give the time with --note)"},
           {"why", "escalation: " + rule}});
      !kept)
    return kept;
  return ledger.sync();
}

Status raise_contamination(Engine& engine, Ledger& ledger, const std::string& profile,
                           const std::string& evidence) {
  const json finding = {
      {"symptom", "cross-account-contamination"},
      {"cause", "the adjacent account \"" + profile + "\" changed"},
      {"severity", "high"},
      {"evidence", evidence},
      {"escalation", "contamination of another client's account: stop all other work"},
      {"affects", json::array({profile})},
      {"key", "engine/contamination#" + std::to_string(ledger.state().findings.size() + 1)},
      {"phase", ledger.state().current}};
  if (const Status kept = ledger.add("finding", finding); !kept) return kept;
  return raise_incident(engine, ledger, finding, "");
}

}  // namespace countersign
