// What was carried out: each operation is the next of the plan that was signed, and what is there
// after a phase is what was there before plus its operations.
#include <algorithm>

#include "approvals/evidence/history_cursor.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/gate.h"
#include "interpreter/incident.h"
#include "interpreter/phase_snapshots.h"
#include "interpreter/placeholder.h"
#include "interpreter/subject.h"

namespace countersign {
namespace {

bool is_confirmed(const RunState& state, int n) {
  return std::any_of(state.confirmed.begin(), state.confirmed.end(),
                     [&](const AppliedOperation& one) { return one.n == n; });
}

// The first operation of the phase that is not done yet.
const Intent* next_of(const RunState& state, const PlannedPhase& phase) {
  for (const Intent* intent : intents_of(phase))
    if (!is_confirmed(state, intent->n)) return intent;
  return nullptr;
}

json entry_of(const RunState& state, const std::string& phase) {
  for (const json& entry : state.head().value("procedure", json::array()))
    if (entry.value("name", "") == phase) return entry;
  return json();
}

std::string named(const Intent& intent) {
  return "operation " + std::to_string(intent.n) + " (" + intent.operation + ")";
}

Result<json> document(const HistoryCursor& now, const std::string& sha256) {
  const std::string text = TRY(now.documents.get(sha256));
  return parse_json(text);
}

// What the row of the operation said of itself when the run was planned.
json row_of(const HistoryCursor& now, const std::string& operation) {
  const json sha256 = now.state.started["rows"].value(operation, json());
  if (!sha256.is_string()) return json();
  const Result<json> row = document(now, sha256.get<std::string>());
  return row ? *row : json();
}

// What is there now can only settle an operation whose row says so.
std::optional<VerificationError> check_settled_by(const HistoryCursor& now,
                                                  const PendingOperation& begun,
                                                  const std::string& by) {
  if (row_of(now, begun.operation).value("settle", "") == "by_" + by) return std::nullopt;
  return now.wrong(begun.operation + " cannot be settled by " + by + ", only by a person");
}

// Whether the run itself found that the account had been changed to what it is after the phase, or
// names the run that put it back. Until somebody lifted the incident nothing of this run went on.
bool said_contaminated(const HistoryCursor& now, const std::string& phase, const std::string& path,
                       const PhaseSnapshots& around) {
  const std::string profile = path.substr(1, path.find('/', 1) - 1);
  const json here = around.baselines_after.value(profile, json());
  bool found = false, same = false;
  for (const json& finding : now.state.findings) {
    const json about = finding.value("adjacent", json::object());
    if (about.value("profile", "") != profile) continue;
    found = true;
    same = same || about.value("state", "") == adjacent_digest(here, around.volatile_fields);
  }
  const auto reverted = now.reverted.find(phase);
  return found &&
         (same || (reverted != now.reverted.end() && reverted->second.count(profile) != 0));
}

std::optional<VerificationError> check_bracket(HistoryCursor& now, const std::string& phase) {
  const RunState& state = now.state;
  const auto at = state.brackets.find(phase);
  if (at == state.brackets.end() || !at->second.contains("before") || !at->second.contains("after"))
    return now.wrong("the phase \"" + phase + "\" ended without a snapshot before and after it");
  const json& bracket = at->second;
  const json snapshots = state.started.at("snapshots");
  PhaseSnapshots around{
      .scopes = snapshots.at("scopes").get<std::vector<std::string>>(),
      .volatile_fields = snapshots.at("volatile").get<std::vector<std::string>>()};
  std::string missing;
  const auto read = [&](const json& sha256, json& to) {
    const Result<json> value = document(now, sha256.get<std::string>());
    if (value)
      to = *value;
    else
      missing = sha256.get<std::string>();
  };
  read(bracket["before"], around.before);
  read(bracket["after"], around.after);
  const auto neighbours = now.baselines.find(phase);
  if (bracket.contains("baselines") != (neighbours != now.baselines.end()))
    return now.wrong("the adjacent accounts were not looked at both before and after \"" + phase +
                     "\"");
  if (bracket.contains("baselines")) {
    read(bracket["baselines"], around.baselines_before);
    read(neighbours->second, around.baselines_after);
  }
  if (!missing.empty())
    return VerificationError{"documents/" + missing, now.record().seq, "it is no snapshot in JSON"};
  const auto changes =
      changes_of(state, phase, [&](const std::string& operation) -> std::optional<RowFacts> {
        const json row = row_of(now, operation);
        if (!row.is_object()) return std::nullopt;
        return RowFacts{row.at("volatile").get<std::vector<std::string>>(),
                        row.at("affects").get<std::vector<std::string>>()};
      });
  if (!changes) return now.wrong(changes.error().message);
  const auto [moved, adjacent] = unsigned_changes(around, *changes);
  if (!adjacent.empty()) {
    for (const json& one : adjacent)
      if (!said_contaminated(now, phase, one["path"].get<std::string>(), around))
        return now.wrong("an adjacent account changed during \"" + phase +
                         "\": " + one["path"].get<std::string>());
    now.looked.foreign.push_back("of an adjacent account, during \"" + phase +
                                 "\": " + adjacent[0]["path"].get<std::string>() +
                                 "; the run found it, and its incident was lifted");
    if (moved.empty()) return std::nullopt;
  }
  if (!moved.empty()) {
    // A person may have said, signed, that it is known; what was signed it does not become.
    const auto known = state.attestations.find(foreign_slug(phase, moved));
    if (known == state.attestations.end() || known->second.verdict != "pass")
      return now.wrong("after \"" + phase + "\" something is there that was not signed: " +
                       moved[0]["path"].get<std::string>());
    now.looked.foreign.push_back("after \"" + phase + "\": " + moved[0]["path"].get<std::string>() +
                                 ", known to " + known->second.person);
    return std::nullopt;
  }
  ++now.looked.brackets;
  return std::nullopt;
}

// Whether an operation was begun later whose arguments hold a result of operation `n`.
bool next_was_built_on(const HistoryCursor& now, int n) {
  if (!now.state.plan) return false;
  for (const Intent* intent : all_intents(*now.state.plan))
    if (operations_in(intent->arguments).count(n) != 0)
      for (std::size_t at = now.at + 1; at < now.records.size(); ++at)
        if (const auto sent = as<IntentRecord>(now.records[at]); sent && sent->n == intent->n)
          return true;
  return false;
}

bool holds_handle(const json& value) {
  if (is_handle(value)) return true;
  return value.is_structured() && std::any_of(value.begin(), value.end(), holds_handle);
}

// The result that a person gave is the one whose digest they signed. One that held a secret is kept
// with a handle in its place.
std::optional<VerificationError> check_given_result(const HistoryCursor& now,
                                                    const Record& settled) {
  const Result<json> answer = document(now, answer_in(settled)->document);
  const json value = now.body().value("value", json());
  if (!answer || !now.state.driven() || holds_handle(value)) return std::nullopt;
  const std::string is = value.is_null() ? std::string() : sha256_hex(canonical(value));
  if (answer->value("result_sha256", json()) == is) return std::nullopt;
  return now.wrong("it gives another result than the settlement that was signed");
}

}  // namespace

std::optional<VerificationError> check_intent(HistoryCursor& now) {
  const json& body = now.body();
  const RunState& state = now.state;
  const std::string phase = body.at("phase").get<std::string>();
  if (!state.plan || !state.request || !state.consumed)
    return now.wrong("an operation was applied without an approved request");
  const PlannedPhase* planned = state.plan->phase(phase);
  const Intent* wanted = planned ? next_of(state, *planned) : nullptr;
  if (wanted == nullptr)
    return now.wrong("the signed plan has no further operation in the phase \"" + phase + "\"");
  if (entry_of(state, phase).is_null() && now.undoing.count(phase) == 0)
    return now.wrong("it undoes earlier changes, and nothing had failed");
  if (state.current != phase) return now.wrong("the phase \"" + phase + "\" had not begun");
  if (!state.begun.empty())
    return now.wrong("it was carried out while an operation before it had no outcome");
  // A target that an operation before it named was known only when it was applied.
  const bool named_later =
      wanted->target.find("‹operation ") != std::string::npos && has_placeholder(wanted->arguments);
  if (body.at("n") != wanted->n || body.at("operation") != wanted->operation ||
      (body.at("target") != wanted->target && !named_later))
    return now.wrong("the signed plan has " + named(*wanted) + " on " + wanted->target +
                     " here, not operation " + body["n"].dump() + " (" +
                     body["operation"].get<std::string>() + ") on " +
                     body["target"].get<std::string>());
  const Result<json> arguments = fill(wanted->arguments, state.results);
  if (!arguments || *arguments != body.at("arguments"))
    return now.wrong("the arguments of " + named(*wanted) + " are not those that were signed: " +
                     (arguments
                          ? difference(*arguments, body["arguments"])[0]["path"].get<std::string>()
                          : arguments.error().message));
  if (wanted->before && wanted->known_after == 0 && body.contains("before")) {
    const std::vector<std::string> unknown = late_pointers(*wanted->before);
    const Result<json> before = fill(without(*wanted->before, unknown), state.results);
    const json diff =
        before ? difference(*before, without(body["before"].at(0), unknown)) : json::array();
    if (!before || !diff.empty())
      return now.wrong(named(*wanted) + " started from something else than was signed: " +
                       wanted->target + (before ? diff[0]["path"].get<std::string>() : ""));
  }
  if (planned->not_after > 0 && now.time_of_look(planned->not_after) > planned->not_after)
    return now.wrong(named(*wanted) + " was carried out at " + iso_time(now.record().time) +
                     ", after the window ended at " + iso_time(planned->not_after));
  ++now.looked.operations;
  return std::nullopt;
}

std::optional<VerificationError> check_outcome(HistoryCursor& now) {
  const json& body = now.body();
  const auto begun = now.state.begun.find(body.at("key").get<std::string>());
  if (begun == now.state.begun.end()) {
    const json row = row_of(now, body.at("operation").get<std::string>());
    if (row.is_object() && row.value("effect", "read") != "read")
      return now.wrong("a changing operation, " + row.value("name", "") +
                       ", has an outcome without having been begun");
    return std::nullopt;
  }
  if (begun->second.operation != body.at("operation"))
    return now.wrong("it is the outcome of another operation than was begun");
  const Result<OutcomeRecord> record = body_as<OutcomeRecord>(body);
  if (!record) return now.wrong(record.error().message);
  if (record->settled == SettledBy::person) {
    const Record& before = now.records[now.at - 1];
    const auto by = as<SettledRecord>(before);
    if (!by || !by->answer || by->key != record->key || by->verdict != AnswerVerdict::applied)
      return now.wrong("it says that a person settled " + begun->second.operation +
                       ", and nobody signed that");
    if (auto flaw = check_given_result(now, before)) return flaw;
  } else if (record->settled) {
    if (auto flaw = check_settled_by(now, begun->second, to_string(*record->settled))) return flaw;
  }
  const Intent* intent = now.state.plan ? now.state.plan->intent(begun->second.n) : nullptr;
  if (intent && !body.contains("error")) {
    const auto bracket = now.state.brackets.find(begun->second.phase);
    const Result<json> snapshot =
        bracket != now.state.brackets.end() && bracket->second.contains("before")
            ? document(now, bracket->second["before"].get<std::string>())
            : Result<json>(json());
    for (const auto& [path, range] : intent->returns) {
      const Result<json> wanted = fill(range, now.state.results);
      const json value = at_pointer(body.value("value", json()), path);
      const std::string outside =
          wanted ? outside_range(*wanted, value, body.value("value", json())) : "";
      if (!outside.empty() && next_was_built_on(now, begun->second.n))
        return now.wrong(named(*intent) + " returned what was not signed at \"" + path +
                         "\": " + outside);
    }
    const std::string made = body.value("made", "");
    if (!made.empty() && snapshot && !at_pointer(*snapshot, made).is_null() &&
        next_was_built_on(now, begun->second.n))
      return now.wrong(named(*intent) + " says that it made " + made + ", which was there before");
  }
  const json digest = body.value("arguments_sha256", json());
  if (intent && digest.is_string() && digest != sha256_hex(canonical(intent->arguments)))
    return now.wrong("it is the outcome of " + named(*intent) + " with other arguments");
  return std::nullopt;
}

std::optional<VerificationError> check_settled(HistoryCursor& now) {
  const auto begun = now.state.begun.find(now.body().at("key").get<std::string>());
  if (begun == now.state.begun.end()) return now.wrong("no operation with that key was in doubt");
  if (now.body().contains("corrects"))
    return now.wrong("what a person settled is corrected, and nobody signed that");
  return check_settled_by(now, begun->second, now.body().value("by", ""));
}

std::optional<VerificationError> check_phase_order(HistoryCursor& now) {
  const std::string phase = now.body().at("phase").get<std::string>();
  const RunState& state = now.state;
  if (is<PhaseSkippedRecord>(now.record()) && state.plan && state.plan->phase(phase) &&
      !intents_of(*state.plan->phase(phase)).empty())
    return now.wrong("the phase \"" + phase + "\" is in the signed plan, and was skipped");
  const json entry = entry_of(state, phase);
  if (entry.is_null()) return std::nullopt;  // not of the procedure: a plan of its own
  for (const json& earlier : state.head()["procedure"]) {
    const std::string name = earlier.value("name", "");
    if (name == phase) break;
    if (state.phases.count(name) == 0 && state.skipped.count(name) == 0)
      return now.wrong("the phase \"" + phase + "\" came before \"" + name + "\" had ended");
  }
  if (!is<WaitStartedRecord>(now.record()) || entry.value("till", false) || !state.plan)
    return std::nullopt;
  const PlannedPhase* planned = state.plan->phase(phase);
  const Time seconds = now.body().at("seconds").get<Time>();
  if (planned && seconds < planned->wait_seconds)
    return now.wrong("the wait \"" + phase + "\" was signed for " +
                     duration_text(planned->wait_seconds) + " and made " + duration_text(seconds));
  if (now.body().at("until").get<Time>() + HistoryCursor::kBetween < now.record().time + seconds)
    return now.wrong("the wait \"" + phase + "\" ends before its time");
  return std::nullopt;
}

std::optional<VerificationError> check_phase_finished(HistoryCursor& now) {
  const std::string phase = now.body().at("phase").get<std::string>();
  const RunState& state = now.state;
  if (auto flaw = check_phase_order(now)) return flaw;
  const PlannedPhase* planned = state.plan ? state.plan->phase(phase) : nullptr;
  const json entry = entry_of(state, phase);
  const std::optional<PhaseKind> kind = planned           ? planned->kind
                                        : entry.is_null() ? std::nullopt
                                                          : phase_kind(entry);
  if (kind == PhaseKind::wait) {
    const auto until = state.waits.find(phase);
    // What the plan says ends the wait early may have been seen.
    const json early = now.body().at("value").value("early", json());
    const bool seen = early.is_string() && early == entry.value("unless", json());
    if (until == state.waits.end() || (now.record().time < until->second && !seen))
      return now.wrong("the wait \"" + phase + "\" was ended before its time");
    const json answers = now.body().at("value").value("answers", json::object());
    if (!seen && (wait_unanswered(state, entry) || wait_answers(state, entry) != answers))
      return now.wrong("the wait \"" + phase + "\" was ended without the answers that it was for");
  }
  if (kind != PhaseKind::mutate) return std::nullopt;
  if (planned == nullptr) return now.wrong("the phase \"" + phase + "\" is in no plan");
  if (const Intent* left = next_of(state, *planned))
    return now.wrong("the phase \"" + phase + "\" ended without " + named(*left) +
                     ", which was signed");
  return check_bracket(now, phase);
}

}  // namespace countersign
