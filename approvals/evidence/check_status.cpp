// Where the run says it stands must follow from what happened, and where the engine closed it, with
// the key that the run names.
#include <algorithm>

#include "approvals/engine_key.h"
#include "approvals/evidence/history_cursor.h"
#include "approvals/signature_scheme.h"
#include "interpreter/closing.h"
#include "interpreter/digest.h"
#include "interpreter/run.h"

namespace countersign {
namespace {

bool passed(const RunState& state, const std::string& title) {
  return std::any_of(state.checks.begin(), state.checks.end(), [&](const json& check) {
    return check.value("title", "") == title && check.value("ok", false);
  });
}

bool attested(const RunState& state, const std::string& slug) {
  const auto at = state.attestations.find(slug);
  return at != state.attestations.end() && at->second.verdict == "pass";
}

// A run that was there to undo another one is done with that: the runbook's own phases and items
// are the other one's.
std::optional<VerificationError> check_undone(HistoryCursor& now) {
  const RunState& state = now.state;
  for (const json& name : state.undoing["phases"])
    if (state.phases.count(name.get<std::string>()) == 0)
      return now.wrong("it says done, and " + name.dump() + " never ended");
  if (!state.begun.empty())
    return now.wrong("it says done, and " + state.begun.begin()->second.operation +
                     " has no outcome");
  for (const auto& [slug, item] : now.obligations)
    if (!attested(state, slug))
      return now.wrong("it says done, and nobody attested \"" + item.value("text", "") + "\"");
  return std::nullopt;
}

std::optional<VerificationError> check_done(HistoryCursor& now) {
  const RunState& state = now.state;
  if (undoes_another(state)) return check_undone(now);
  for (const json& entry : state.head().value("procedure", json::array())) {
    const std::string name = entry.value("name", "");
    if (state.phases.count(name) == 0 && state.skipped.count(name) == 0)
      return now.wrong("it says done, and the phase \"" + name + "\" never ended");
  }
  if (!state.begun.empty())
    return now.wrong("it says done, and " + state.begun.begin()->second.operation +
                     " has no outcome");
  const json items = state.head().value("done", json::array());
  if (state.wanted.size() != items.size())
    return now.wrong(
        "the status is done, but the record of the checklist items that apply is missing");
  std::vector<std::string> roles;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!state.wanted[i]) continue;
    const std::string item = items[i].value("item", ""), text = items[i].value("text", "");
    if (item == "proven" && !passed(state, text))
      return now.wrong("it says done, and no check \"" + text + "\" has passed");
    if (item == "attest" && !attested(state, items[i].value("slug", "")))
      return now.wrong("it says done, and nobody attested \"" + text + "\"");
    if (item == "sign_off") roles.push_back(items[i].value("role", ""));
  }
  for (const auto& [slug, item] : now.obligations)
    if (!attested(state, slug))
      return now.wrong("it says done, and nobody attested \"" + item.value("text", "") + "\"");
  if (roles.empty()) return std::nullopt;
  if (state.sign_offs.empty()) return now.wrong("it says done, and nobody signed it off");
  if (const Status held = now.trust.authorizer().holds(state.sign_offs, roles); !held)
    return now.wrong("it says done, and the sign-off lacks a role: " + held.error().message);
  // What the closing signature does not cover anybody could have written.
  static const std::set<RecordKind> after = {
      RecordKind::status,  RecordKind::attestation,     RecordKind::obligation, RecordKind::latch,
      RecordKind::adopted, RecordKind::evidence_voided, RecordKind::sign_off,   RecordKind::closed};
  for (std::size_t i = now.at; i-- > 0 && !is<SignOffRecord>(now.records[i]);)
    if (const auto kind = kind_of(now.records[i]); !kind || after.count(*kind) == 0)
      return VerificationError{"journal.jsonl", now.records[i].seq,
                               "it came after the run was signed off, and nobody signed for it"};
  return std::nullopt;
}

}  // namespace

std::optional<VerificationError> check_status(HistoryCursor& now) {
  const RunState& state = now.state;
  const Result<StatusRecord> record = body_as<StatusRecord>(now.body());
  if (!record) return now.wrong(record.error().message);
  const RunStatus status = record->status;
  const auto says = [&](bool so, const std::string& why) -> std::optional<VerificationError> {
    if (so) return std::nullopt;
    return now.wrong(std::string("it says ") + to_string(status) + ", and " + why);
  };
  if (status == RunStatus::done) return check_done(now);
  if (status == RunStatus::rejected)
    return says(!state.answers.empty() && state.answers.back().verdict == "reject",
                "nobody rejected the request");
  if (status == RunStatus::awaiting_decision)
    return says(state.request.has_value(), "nothing was asked");
  if (status == RunStatus::failed || status == RunStatus::drifted ||
      status == RunStatus::cancelled || status == RunStatus::in_doubt)
    return says(record->error.has_value(), "not why");
  return std::nullopt;
}

std::optional<VerificationError> check_closed(HistoryCursor& now) {
  const RunState& state = now.state;
  if (!is_final(state.status)) return now.wrong("it closes a run that had not ended");
  if (now.at == 0 ||
      now.body().at("document") != sha256_hex(closing_document(state, now.records[now.at - 1])))
    return now.wrong("the closing is not of the records before it");
  const auto bytes = [&](const char* key) {
    return now.documents.get(now.body().at(key).get<std::string>());
  };
  const Result<std::string> document = bytes("document"), signature = bytes("signature");
  if (!document || !signature) return now.wrong("the closing is not there");
  const Result<PublicKey> key = ssh_signatures().verify(*signature, *document, kClosingNamespace);
  if (!key) return now.wrong("the closing does not hold: " + key.error().message);
  if (key_line(*key) != state.closing_key)
    return now.wrong("the closing is signed with the key " + fingerprint(key->blob) +
                     ", which is not the one that the run names for it");
  return std::nullopt;
}

}  // namespace countersign
