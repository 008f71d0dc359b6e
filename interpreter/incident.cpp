#include "interpreter/incident.h"

#include <algorithm>
#include <optional>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"

namespace countersign {
namespace {

// What the profile's account is known by; empty where that cannot be found out now.
std::string key_of(Engine& engine, const std::string& profile, const std::string& account = "") {
  const std::unique_ptr<Journal> scratch = Journal::in_memory();
  const Result<std::unique_ptr<Session>> session = engine.session(profile, *scratch);
  if (!session) return "";
  const Result<json> endpoint = (*session)->endpoint();
  if (!endpoint) return "";
  if (!account.empty()) return account_key(*endpoint, account);
  const Result<json> around = (*session)->surroundings();
  if (!around || around->at("systems").empty()) return "";
  const std::string known = around->at("systems")[0].value("identity", "");
  return known.empty() ? "" : account_key(*endpoint, known);
}

std::string own_key(Engine& engine, const RunState& state) {
  const std::string key = key_of(engine, state.started["profile"].value("name", ""),
                                 state.started["account"].get<std::string>());
  return key.empty() ? state.account_key() : key;
}

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
  latches[0].account = own_key(engine, state);
  latches[0].profile = state.started["profile"].value("name", "");
  if (finding.contains("affects") && finding["affects"].is_array())
    for (const json& profile : finding["affects"])
      if (profile.is_string() && profile != latches[0].profile) {
        latches.emplace_back();
        latches.back().profile = profile.get<std::string>();
        latches.back().account = key_of(engine, latches.back().profile);
      }
  json ids = json::array(), accounts = json::array();
  for (Latch& latch : latches) {
    latch.kind = "incident";
    latch.reason = cause;
    latch.run = state.id();
    latch.role = role;
    latch.exempt = exempt;
    latch.at = ledger.now();
    const Latch set = TRY(engine.home.latches().set(latch));
    ids.push_back(set.id);
    accounts.push_back(set.account);
  }
  if (const Status kept = ledger.add("latch", {{"latches", ids},
                                               {"accounts", accounts},
                                               {"rule", rule},
                                               {"cause", cause},
                                               {"finding", finding.value("key", "")}});
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

namespace {

// A call's key without the round: "verify@2/3" and "verify/3" are the same place.
std::string place_of(const std::string& key) {
  const std::size_t at = key.find('@'), end = key.find('/');
  if (at == std::string::npos || end == std::string::npos || at > end) return key;
  return key.substr(0, at) + key.substr(end);
}

}  // namespace

bool raised_before(const Ledger& ledger, const json& finding) {
  const std::string place = place_of(finding.value("key", ""));
  for (const Record& record : ledger.journal().records())
    if (record.kind == "latch" && record.body.value("cause", "") == finding.value("cause", "") &&
        place_of(record.body.value("finding", "")) == place)
      return true;
  return false;
}

std::string adjacent_digest(const json& state, const std::vector<std::string>& volatile_fields) {
  return sha256_hex(canonical(without(state, volatile_fields)));
}

namespace {

std::string digest_of(const json& state, const Session& session) {
  return adjacent_digest(state, session.volatile_fields());
}

constexpr const char* kContamination = "engine/contamination#";

// Of an account that must not change; a script's own findings have other keys.
bool about(const json& finding, const std::string& profile) {
  return finding.value("key", "").rfind(kContamination, 0) == 0 &&
         finding.value("adjacent", json::object()).value("profile", "") == profile;
}

// The finding about this state of the adjacent account, or null.
json contamination(const RunState& state, const std::string& profile, const std::string& digest) {
  for (const json& finding : state.findings)
    if (about(finding, profile) && finding["adjacent"].value("state", "") == digest) return finding;
  return nullptr;
}

// What the finding blocks of the run's own account; nothing: it did not come to that.
std::optional<Latch> own_latch(const Ledger& ledger, const json& finding) {
  for (const Record& record : ledger.journal().records()) {
    if (record.kind != "latch" || record.body.value("finding", json()) != finding["key"]) continue;
    Latch latch;
    latch.id = record.body.at("latches").at(0).get<std::string>();
    latch.account = record.body.at("accounts").at(0).get<std::string>();
    return latch;
  }
  return std::nullopt;
}

}  // namespace

Status raise_contamination(Engine& engine, Ledger& ledger, Session& session,
                           const std::string& profile, const std::string& evidence,
                           const json* baselines) {
  json asked;
  if (!baselines) {
    json now = TRY(session.baselines());
    asked = std::move(now);
    baselines = &asked;
  }
  const std::string digest = digest_of(baselines->value(profile, json()), session);
  if (const json known = contamination(ledger.state(), profile, digest); !known.is_null())
    return own_latch(ledger, known) ? Status(Done{}) : raise_incident(engine, ledger, known, "");
  const json finding = {
      {"symptom", "cross-account-contamination"},
      {"cause", "the adjacent account \"" + profile + "\" changed"},
      {"severity", "high"},
      {"evidence", evidence},
      {"escalation", "contamination of another client's account: stop all other work"},
      {"affects", json::array({profile})},
      {"adjacent", {{"profile", profile}, {"state", digest}}},
      {"key", kContamination + std::to_string(ledger.state().findings.size() + 1)},
      {"phase", ledger.state().current}};
  if (const Status kept = ledger.add("finding", finding); !kept) return kept;
  return raise_incident(engine, ledger, finding, "");
}

namespace {

// Whether `here` is what the run's last change of the account left. Its snapshot may hold more than
// what is compared of an adjacent account; what was there `then` counts.
bool left_by(const Journal& journal, const RunState& state, const json& then, const json& here) {
  json after;
  for (const Record& record : journal.records())
    if (record.kind == "bracket" && record.body.value("side", "") == "after" &&
        state.phases.count(record.body.value("phase", "")) != 0)
      if (const auto text = journal.get(record.body.at("document").get<std::string>()))
        after = json::parse(*text, nullptr, false);
  if (!after.is_object() || !here.is_object()) return false;
  json common = json::object();
  for (const auto& [scope, value] : here.items())
    if (after.contains(scope)) common[scope] = after[scope];
  const auto fields = state.started["snapshots"].value("volatile", std::vector<std::string>());
  for (const json& one : difference(without(common, fields), without(here, fields)))
    if (one["op"] != "remove" || !at_pointer(then, one["path"].get<std::string>()).is_null())
      return false;
  return true;
}

}  // namespace

std::string reverted_by(Engine& engine, const Ledger& ledger, const std::string& profile,
                        const json& then, const json& here) {
  const Result<std::vector<AccountChange>> changes = engine.home.changes(key_of(engine, profile));
  if (!changes) return "";
  for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
    const auto journal = Journal::open(engine.home.run_path(change->run), false);
    if (!journal || !(*journal)->whole()) continue;
    const Result<RunState> state = RunState::of(**journal);
    // What was signed says whose incident it reverts.
    if (state && state->used && state->terms.value("incident", "") == ledger.state().id() &&
        left_by(**journal, *state, then, here))
      return change->run;
  }
  return "";
}

Result<json> known_baselines(Engine& engine, const Ledger& ledger, Session& session, json then,
                             const json* now) {
  json asked;
  for (auto& [profile, state] : then.items()) {
    const json& findings = ledger.state().findings;
    const std::string& name = profile;
    if (std::none_of(findings.begin(), findings.end(),
                     [&](const json& finding) { return about(finding, name); }))
      continue;
    if (!now) {
      json live = TRY(session.baselines());
      asked = std::move(live);
      now = &asked;
    }
    const json here = now->value(profile, json());
    const json finding = contamination(ledger.state(), profile, digest_of(here, session));
    if (finding.is_null()) {
      if (!reverted_by(engine, ledger, profile, state, here).empty()) state = here;
      continue;
    }
    const std::optional<Latch> latch = own_latch(ledger, finding);
    if (!latch) continue;
    const bool lifted = TRY(engine.home.latches().lifted(*latch));
    if (lifted) state = here;
  }
  return then;
}

}  // namespace countersign
