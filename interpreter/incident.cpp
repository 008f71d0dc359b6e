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

std::string text_of(const std::optional<json>& value) {
  return value && value->is_string() ? value->get<std::string>() : std::string();
}

// Who is told: the finding's word, else who signs the run off, else who approves it.
std::string informed_role(const RunState& state, const FindingRecord& finding) {
  if (finding.inform && finding.inform->is_string()) return text_of(finding.inform);
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

Status raise_incident(Engine& engine, Ledger& ledger, const FindingRecord& finding,
                      const std::string& exempt) {
  const RunState& state = ledger.state();
  if (state.id().empty()) return Done{};
  const std::string cause = finding.cause, role = informed_role(state, finding),
                    rule = finding.escalation && finding.escalation->is_string()
                               ? text_of(finding.escalation)
                               : "a finding of severity HIGH";
  std::vector<Latch> latches(1);
  latches[0].account = own_key(engine, state);
  latches[0].profile = state.started["profile"].value("name", "");
  if (finding.affects && finding.affects->is_array())
    for (const json& profile : *finding.affects)
      if (profile.is_string() && profile != latches[0].profile) {
        latches.emplace_back();
        latches.back().profile = profile.get<std::string>();
        latches.back().account = key_of(engine, latches.back().profile);
      }
  LatchRecord record{.rule = rule, .cause = cause, .finding = finding.key};
  for (Latch& latch : latches) {
    latch.kind = "incident";
    latch.reason = cause;
    latch.run = state.id();
    latch.role = role;
    latch.exempt = exempt;
    latch.at = ledger.now();
    const Latch set = TRY(engine.home.latches().set(latch));
    record.latches.push_back(set.id);
    record.accounts.push_back(set.account);
  }
  if (const Status kept = ledger.add(record); !kept) return kept;
  const int open = static_cast<int>(state.obligations.size()) + 1;
  const std::string who = role.empty() ? "whoever is responsible" : "the " + upper(role);
  if (const Status kept = ledger.add(ObligationRecord{
          .item = "attest",
          .slug = "informed-" + std::to_string(open),
          .text = who + " was informed at … of: " + cause + " (give the time with --note)",
          .why = "escalation: " + rule});
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

bool raised_before(const Ledger& ledger, const FindingRecord& finding) {
  const std::string place = place_of(finding.key);
  for (const Record& record : ledger.journal().records())
    if (const auto latch = as<LatchRecord>(record);
        latch && latch->cause == finding.cause && place_of(latch->finding) == place)
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
bool about(const FindingRecord& finding, const std::string& profile) {
  return finding.key.rfind(kContamination, 0) == 0 && finding.adjacent &&
         finding.adjacent->profile == profile;
}

// The run's findings of the engine's own about that account.
std::vector<FindingRecord> findings_about(const RunState& state, const std::string& profile) {
  std::vector<FindingRecord> all;
  for (const json& body : state.findings)
    if (Result<FindingRecord> one = body_as<FindingRecord>(body); one && about(*one, profile))
      all.push_back(std::move(*one));
  return all;
}

// The finding about this state of the adjacent account, or nothing.
std::optional<FindingRecord> contamination(const RunState& state, const std::string& profile,
                                           const std::string& digest) {
  for (FindingRecord& finding : findings_about(state, profile))
    if (finding.adjacent->state == digest) return std::move(finding);
  return std::nullopt;
}

// What the finding blocks of the run's own account; nothing: it did not come to that.
std::optional<Latch> own_latch(const Ledger& ledger, const FindingRecord& finding) {
  for (const Record& record : ledger.journal().records()) {
    const auto set = as<LatchRecord>(record);
    if (!set || set->finding != finding.key || set->latches.empty() || set->accounts.empty())
      continue;
    Latch latch;
    latch.id = set->latches.front();
    latch.account = set->accounts.front();
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
  if (const auto known = contamination(ledger.state(), profile, digest))
    return own_latch(ledger, *known) ? Status(Done{}) : raise_incident(engine, ledger, *known, "");
  const FindingRecord finding{
      .key = kContamination + std::to_string(ledger.state().findings.size() + 1),
      .phase = ledger.state().current,
      .symptom = "cross-account-contamination",
      .cause = "the adjacent account \"" + profile + "\" changed",
      .severity = Severity::high,
      .evidence = evidence,
      .escalation = "contamination of another client's account: stop all other work",
      .affects = json::array({profile}),
      .adjacent = AdjacentPart{profile, digest}};
  if (const Status kept = ledger.add(finding); !kept) return kept;
  return raise_incident(engine, ledger, finding, "");
}

namespace {

// Whether `here` is what the run's last change of the account left. Its snapshot may hold more than
// what is compared of an adjacent account; what was there `then` counts.
bool left_by(const Journal& journal, const RunState& state, const json& then, const json& here) {
  json after;
  for (const Record& record : journal.records())
    if (const auto bracket = as<BracketRecord>(record);
        bracket && bracket->side == BracketSide::after && state.phases.count(bracket->phase) != 0)
      if (const auto text = journal.get(bracket->document))
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
    if (findings_about(ledger.state(), profile).empty()) continue;
    if (!now) {
      json live = TRY(session.baselines());
      asked = std::move(live);
      now = &asked;
    }
    const json here = now->value(profile, json());
    const auto finding = contamination(ledger.state(), profile, digest_of(here, session));
    if (!finding) {
      if (!reverted_by(engine, ledger, profile, state, here).empty()) state = here;
      continue;
    }
    const std::optional<Latch> latch = own_latch(ledger, *finding);
    if (!latch) continue;
    const bool lifted = TRY(engine.home.latches().lifted(*latch));
    if (lifted) state = here;
  }
  return then;
}

}  // namespace countersign
