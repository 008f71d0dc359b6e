// Waits, checklist items and people's answers of a run.
#include <algorithm>
#include <set>

#include "interpreter/account_key.h"
#include "interpreter/chain_head.h"
#include "interpreter/clock.h"
#include "interpreter/closing.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/home.h"
#include "interpreter/phase_execution.h"
#include "interpreter/run.h"
#include "interpreter/subject.h"

namespace countersign {

// How long the wait is: seconds, or skipped, or unknown while planning.
Result<json> Run::wait_seconds(const json& entry, const Plan* draft, bool& skipped,
                               std::string& unknown) {
  if (!entry.value("has_when", false) && !entry.value("has_duration", false) &&
      entry.contains("duration") && entry["duration"].is_string())
    if (const auto seconds = parse_duration(entry["duration"].get<std::string>()))
      return json(*seconds);
  const std::string name = entry["name"].get<std::string>();
  const ScriptFile file = TRY(script());
  const std::vector<std::string> holes =
      draft ? holes_of(state(), *draft, name) : std::vector<std::string>();
  const json view = TRY(run_view(*ledger_, draft, draft ? &holes : nullptr));
  // Computed from what is known, without any operation.
  PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::describe, name), folder());
  PhaseResult ending =
      walk.run(file, {{"kind", "phase"}, {"phase", name}, {"part", "duration"}, {"run", view}},
               name + ".duration");
  skipped = ending.kind == PhaseResult::skipped;
  if (ending.kind == PhaseResult::unknown) unknown = ending.what;
  if (ending.kind == PhaseResult::failed) return ending.error;
  // `till` names a moment, however late the wait is reached.
  if (entry.value("till", false) && ending.value.is_number_integer())
    return json(std::max<Time>(0, ending.value.get<Time>() - ledger_->now()));
  return ending.value;
}

// Whether what ends the wait early is so; looked at no more often than `every`.
Result<bool> Run::ended_early(const json& entry) {
  const std::string name = entry["name"].get<std::string>();
  if (!entry.contains("unless") || !entry["unless"].is_string()) return false;
  const auto next = state().looks.find(name);
  if (next != state().looks.end() && ledger_->now() < next->second) return false;
  const auto looked = state().looked.find(name);
  const int attempt = (looked == state().looked.end() ? 0 : looked->second) + 1;
  const ScriptFile file = TRY(script());
  const json view = TRY(run_view(*ledger_, nullptr, nullptr));
  PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::read, name), folder());
  PhaseResult ending =
      walk.run(file, {{"kind", "phase"}, {"phase", name}, {"part", "unless"}, {"run", view}},
               state().prefix(name) + ".unless#" + std::to_string(attempt));
  if (ending.kind != PhaseResult::finished) return ending.error;
  if (ending.value == true) return true;
  const Time every = parse_duration(entry.value("every", "15m")).value_or(900);
  TRY(ledger_->add(WaitLookRecord{name, attempt, ledger_->now() + every}));
  return false;
}

Status Run::run_wait(const json& entry, bool& over) {
  const std::string name = entry["name"].get<std::string>();
  if (state().waits.count(name) == 0) {
    bool skipped = false;
    std::string unknown;
    const Result<json> seconds = wait_seconds(entry, nullptr, skipped, unknown);
    if (!seconds) return fail(seconds.error());
    if (!unknown.empty())
      return fail({"script", "the wait \"" + name + "\" depends on run." + unknown +
                                 ", which has not happened yet"});
    if (skipped && state().plan && state().plan->phase(name))
      return fail({"refused",
                   "the wait \"" + name + "\" is part of what was signed, and would be skipped",
                   "cancel this run and start a new one"});
    if (skipped) {
      over = true;
      return ledger_->add(PhaseSkippedRecord{name});
    }
    // At least as long as it was signed for.
    const PlannedPhase* planned = state().plan ? state().plan->phase(name) : nullptr;
    if (planned && !planned->till && *seconds < planned->wait_seconds)
      return fail({"refused",
                   "the wait \"" + name + "\" was signed for " +
                       std::to_string(planned->wait_seconds) + " seconds and would be " +
                       seconds->dump(),
                   "cancel this run and start a new one"});
    const Time length = seconds->get<Time>();
    if (const Status kept = ledger_->add(WaitStartedRecord{name, length, ledger_->now() + length});
        !kept)
      return kept;
    if (const Status synced = ledger_->sync(); !synced) return synced;
  }
  if (entry.value("attested", json()).is_array())
    if (const Status chosen = choose_items(); !chosen) return chosen;
  // Not what a record names, but how long it was signed for, from when it began.
  Time until = state().waits.at(name);
  if (const PlannedPhase* planned = state().plan ? state().plan->phase(name) : nullptr;
      planned && !planned->till && state().wait_began.count(name) != 0)
    until = std::max(until, state().wait_began.at(name) + planned->wait_seconds);
  if (ledger_->now() < until) {
    const Result<bool> early = ended_early(entry);
    if (!early) {
      const bool undoing = TRY(begin_undo(early.error(), ""));
      return undoing ? Status(Done{}) : fail(early.error());
    }
    if (!*early) return ledger_->sync();
    over = true;
    return ledger_->add(PhaseFinishedRecord{
        name, {{"ended", iso_time(ledger_->now())}, {"early", entry["unless"]}}});
  }
  if (entry.value("has_ready", false)) {
    const int attempt = (state().attempts.count(name) != 0 ? state().attempts.at(name) : 0) + 1;
    const ScriptFile file = TRY(script());
    const Result<json> view = run_view(*ledger_, nullptr, nullptr);
    if (!view) return fail(view.error());
    PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::read, name), folder());
    PhaseResult ending =
        walk.run(file, {{"kind", "phase"}, {"phase", name}, {"part", "ready"}, {"run", *view}},
                 state().prefix(name) + ".ready#" + std::to_string(attempt));
    if (ending.kind != PhaseResult::finished) {
      const bool undoing = TRY(begin_undo(ending.error, ""));
      return undoing ? Status(Done{}) : fail(ending.error);
    }
    if (ending.value != true) {
      const Time every = parse_duration(entry.value("every", "15m")).value_or(900);
      return ledger_->add(WaitConditionRecord{name, attempt, ledger_->now() + every});
    }
  }
  json value = {{"ended", iso_time(ledger_->now())}};
  if (entry.value("attested", json()).is_array()) {
    if (wait_unanswered(state(), entry)) return ledger_->sync();
    value["answers"] = wait_answers(state(), entry);
  }
  over = true;
  return ledger_->add(PhaseFinishedRecord{name, std::move(value)});
}

// Which items of the checklist apply to this run; said once.
Status Run::choose_items() {
  const json& items = state().head()["done"];
  if (state().wanted.size() == items.size()) return Done{};
  std::vector<bool> wanted(items.size(), true);
  if (std::any_of(items.begin(), items.end(),
                  [](const json& item) { return item.value("has_when", false); })) {
    const ScriptFile file = TRY(script());
    const Result<json> view = run_view(*ledger_, nullptr, nullptr);
    if (!view) return fail(view.error());
    PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::describe, "done"),
                        folder());
    PhaseResult ending = walk.run(file, {{"kind", "done"}, {"run", *view}}, "done");
    if (ending.kind != PhaseResult::finished)
      return fail(ending.kind == PhaseResult::unknown
                      ? Error{"script", "an item of done depends on run." + ending.what +
                                            ", which never happened"}
                      : ending.error);
    if (!ending.value.is_array() || ending.value.size() != items.size())
      return fail({"script", "the items of done changed while the run was under way"});
    for (std::size_t i = 0; i < items.size(); ++i) wanted[i] = ending.value[i] == true;
  }
  return ledger_->add(ItemsRecord{wanted});
}

// The checklist: what was proven by checks, what people attest, and the closing signature.
Status Run::finish(bool& stopped) {
  if (const Status chosen = choose_items(); !chosen) return chosen;
  bool open = false;
  std::vector<std::string> roles;
  for (const json& item : state().items()) {
    const std::string kind = item["item"].get<std::string>();
    if (kind == "proven") {
      const std::string title = item["text"].get<std::string>();
      const bool passed =
          std::any_of(state().checks.begin(), state().checks.end(), [&](const json& check) {
            return check.value("title", "") == title && check.value("ok", false);
          });
      if (!passed)
        return fail({"check", "the run is not done: no check \"" + title + "\" has passed",
                     "the runbook's `done` names a check that its procedure never made"});
    } else if (kind == "attest") {
      open = open || !state().attested(item["slug"].get<std::string>());
    } else if (kind == "sign_off") {
      roles.push_back(item["role"].get<std::string>());
    }
  }
  const bool signed_off = roles.empty() || (!state().sign_offs.empty() &&
                                            engine_.authorizer.holds(state().sign_offs, roles));
  if (!open && signed_off) return Done{};
  stopped = true;
  return rest(RunStatus::awaiting_attestation);
}

// Another run changed the account after this one had looked: what it found may not be so any more.
// The read phases behind its last change are run again, and people are asked again.
Status Run::void_evidence() {
  if (state().confirmed.empty()) return Done{};
  const std::vector<AccountChange> changes =
      TRY(engine_.home.changes(account_key_now(session_.get(), state())));
  const std::set<std::string> own = state().taken_over.is_null()
                                        ? std::set<std::string>()
                                        : state().taken_over.value("runs", std::set<std::string>());
  // They stand in the order in which they were made: two may bear the same second.
  AccountChange last;
  bool after_own = false;
  for (const AccountChange& change : changes) {
    const bool ours = change.run == state().id() || own.count(change.run) != 0;
    after_own = after_own || ours;
    if (ours)
      last = AccountChange();
    else if (after_own || change.at >= state().changed_at)
      last = change;
  }
  if (last.run.empty() || std::pair(last.run, last.at) == state().voided_by) return Done{};
  std::vector<std::string> phases, items;
  const json& procedure = state().head()["procedure"];
  for (auto entry = procedure.rbegin(); entry != procedure.rend(); ++entry) {
    const std::string name = (*entry)["name"].get<std::string>();
    if (std::any_of(state().confirmed.begin(), state().confirmed.end(),
                    [&](const AppliedOperation& one) { return one.phase == name; }))
      break;
    const auto ended = state().ended.find(name);
    if (phase_kind(*entry) == PhaseKind::read && ended != state().ended.end() &&
        ended->second <= last.at)
      phases.push_back(name);
  }
  for (const json& item : state().items()) {
    if (item["item"] != "attest" || item.contains("why")) continue;
    const std::string slug = item["slug"].get<std::string>();
    const auto at = state().attested_at.find(slug);
    if (state().attested(slug) && at != state().attested_at.end() && at->second <= last.at)
      items.push_back(slug);
  }
  if (phases.empty() && items.empty()) return Done{};
  return ledger_->add(EvidenceVoidedRecord{last.run, last.at, phases, items});
}

std::string Run::evidence_sha256() const {
  return evidence_digest(journal().records(), journal().records().size());
}

Result<std::string> Run::item_subject(const std::string& slug) const {
  std::vector<std::string> slugs;
  for (const json& item : state().items()) {
    if (item["item"] != "attest") continue;
    slugs.push_back(item["slug"].get<std::string>());
    if (slugs.back() != slug) continue;
    return countersign::item_subject(state(), slug, item["text"].get<std::string>());
  }
  for (const json& item : state().head().value("done", json::array()))
    if (item.value("slug", "") == slug)
      return Error{"usage", "the item \"" + slug + "\" does not apply to this run"};
  return Error{"usage", "the run has no item \"" + slug + "\" to attest",
               did_you_mean(slug, slugs, "`countersign show` lists what is open")};
}

// The trust files of the moment are kept too, so that who could sign what then can be seen later.
std::map<std::string, std::string> Run::kept_trust() {
  std::map<std::string, std::string> files;
  for (const auto& [name, bytes] : engine_.authorizer.trust_files())
    files[name] = ledger_->journal().put(bytes);
  return files;
}

Status Run::in_chain(const std::string& kind, const json& body, const Signed& answer) const {
  const auto& records = journal().records();
  const std::string why = misplaced(records, records.size(), kind, body, head_of(answer.document));
  if (why.empty()) return Done{};
  return Error{"refused", "the document cannot be taken in: " + why,
               "write it anew from the run as it is now, and sign that"};
}

// Decisions are examined anew before each change, with the request that they name.
Status Run::same_history() const {
  const auto& records = journal().records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const json& body = records[i].body;
    if (is<RequestRecord>(records[i]) || is<DecisionRecord>(records[i]) ||
        is<ClosedRecord>(records[i]) || !body.contains("document") || !body.contains("signature"))
      continue;
    const std::string text = TRY(journal().get(body["document"].get<std::string>()));
    const std::string head = head_of(text);
    if (head.empty()) continue;  // an earlier version's
    const std::string why = misplaced(records, i, records[i].kind, body, head);
    if (!why.empty())
      return Error{"refused",
                   "record " + std::to_string(records[i].seq) + " holds a signed " +
                       body.value("type", "document") + " that does not belong there: " + why,
                   "the run's file was changed; restore it"};
  }
  return Done{};
}

// The exact bytes are kept; the record says what they were found to say.
Result<SignedAnswer> Run::kept_answer(const Signed& document, const Answer& answer) {
  const auto type = parse_word<AnswerType>(answer.type);
  const auto verdict = parse_word<AnswerVerdict>(answer.verdict);
  if (!type || !verdict)
    return Error{"refused", "a signed " + answer.type + " that says \"" + answer.verdict +
                                "\" cannot be recorded"};
  SignedAnswer kept{.document = ledger_->journal().put(document.document),
                    .signature = ledger_->journal().put(document.signature),
                    .type = *type,
                    .verdict = *verdict,
                    .principal = answer.principal,
                    .person = answer.person,
                    .roles = answer.roles,
                    .reference = answer.reference,
                    .reason = answer.reason,
                    .trust = kept_trust()};
  if (answer.not_before > 0) kept.not_before = answer.not_before;
  if (answer.not_after > 0) kept.not_after = answer.not_after;
  if (!answer.break_glass.empty())
    kept.break_glass = BreakGlassPart{answer.break_glass, answer.review};
  return kept;
}

namespace {

Error not_waiting(const RunState& state, const std::string& what) {
  return Error{
      "usage",
      "the run " + state.id() + " does not wait for " + what + ": it is " + to_string(state.status),
      "`countersign show " + state.id() + "` says what it waits for"};
}

}  // namespace

Status Run::decide(const Signed& decision) {
  if (!state().request || is_final(state().status)) return not_waiting(state(), "a decision");
  if (state().consumed)
    return Error{"refused", "the decision on this request was used already",
                 "a decision counts once"};
  const Time time = TRY(now());
  const Answer answer = TRY(engine_.authorizer.examine(state().request->document, decision, time));
  if (answer.type != "decision")
    return Error{"refused", "the document is a signed " + answer.type + ", not a decision",
                 "sign approve.json or reject.json as `countersign request` writes them"};
  if (answer.not_after > 0 && time > answer.not_after)
    return Error{"refused",
                 "the approval ended before it was given, at " + iso_time(answer.not_after),
                 "it is " + iso_time(time) + "; approve with a later --not-after"};
  for (const Signed& earlier : state().decisions)
    if (earlier.document == decision.document && earlier.signature == decision.signature)
      return Error{"refused", "this decision was taken in already", "it counts once"};
  if (const Status placed = in_chain(to_string(RecordKind::decision), json::object(), decision);
      !placed)
    return placed;
  const SignedAnswer taken = TRY(kept_answer(decision, answer));
  if (const Status kept = ledger_->add(DecisionRecord{taken}); !kept) return kept;
  if (answer.verdict == "reject") return rest(RunStatus::rejected);
  const Status enough =
      engine_.authorizer.authorize(*state().request, state().decisions, time, false);
  if (!enough && enough.error().kind == "early") return await_window();
  return rest(enough ? RunStatus::running : RunStatus::awaiting_decision);
}

Status Run::attest(const std::string& slug, const Signed& attestation) {
  const std::string subject = TRY(item_subject(slug));
  const Time time = TRY(now());
  const Answer answer = TRY(engine_.authorizer.examine(subject, attestation, time));
  if (answer.type != "attestation")
    return Error{"refused", "the document is a signed " + answer.type + ", not an attestation"};
  json asked;
  for (const json& item : state().items())
    if (item.value("slug", "") == slug) asked = item;
  // What opened on the way is answered for however the run ended.
  if (is_final(state().status) && !asked.contains("why"))
    return not_waiting(state(), "an attestation");
  if (asked.contains("role") && asked["role"].is_string())
    if (const Status held = engine_.authorizer.holds({answer}, {asked["role"].get<std::string>()});
        !held)
      return held;
  if (asked.value("not_by", "") == answer.person && asked.contains("not_by"))
    return Error{"refused", "\"" + answer.person + "\" cannot answer for what they did themselves",
                 "another person with the role " + asked.value("role", "") + " has to look at it"};
  const bool later = asked.contains("due") && asked["due"].is_string();
  const auto due = state().due(asked);
  if (later && !due)
    return Error{"usage",
                 "\"" + slug + "\" is due " + asked["due"].get<std::string>() +
                     " after a change that has not been made yet",
                 "look at it then; `countersign due` lists what is due"};
  // What has no `due` can be answered at once, also within the second of the last change.
  if (later && time < due->from)
    return Error{
        "usage",
        "\"" + slug + "\" is due at " + iso_time(due->from) + ", and it is " + iso_time(time),
        "look at it then; `countersign due` lists what is due"};
  if (const Status placed =
          in_chain(to_string(RecordKind::attestation), {{"item", slug}}, attestation);
      !placed)
    return placed;
  const SignedAnswer taken = TRY(kept_answer(attestation, answer));
  if (const Status kept = ledger_->add(AttestationRecord{slug, taken}); !kept) return kept;
  if (answer.verdict == "fail") {
    const json& procedure = state().head()["procedure"];
    const bool undoes = asked.value("undo", json()) == true ||
                        std::any_of(procedure.begin(), procedure.end(), [&](const json& entry) {
                          return entry.value("undo_if", json()) == slug;
                        });
    if (undoes && state().undoing.is_null()) {
      TRY(begin_undo(
          {"check", "\"" + asked["text"].get<std::string>() + "\" was attested as failed" +
                        (answer.reason.empty() ? "" : ": " + answer.reason)},
          slug));
    }
  }
  // The last answer that a wait was for: the run can go on.
  if (state().status == RunStatus::awaiting_attestation && state().undoing.is_null())
    for (const json& entry : state().head()["procedure"]) {
      const std::string name = entry["name"].get<std::string>();
      if (state().phases.count(name) != 0 || state().skipped.count(name) != 0) continue;
      if (phase_kind(entry) == PhaseKind::wait && entry.value("attested", json()).is_array() &&
          state().waits.count(name) != 0 && !wait_unanswered(state(), entry))
        return rest(RunStatus::running);
      break;
    }
  const Status closed = close();
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return closed;
}

Status Run::sign_off(const Signed& document) {
  if (state().status != RunStatus::awaiting_attestation) return not_waiting(state(), "a sign-off");
  for (const json& item : state().items())
    if (item["item"] == "attest" && !state().attested(item["slug"].get<std::string>()))
      return Error{
          "usage",
          "the run cannot be signed off: \"" + item["text"].get<std::string>() +
              "\" is not attested",
          "countersign attest " + state().id() + " " + item["slug"].get<std::string>() + " --pass"};
  const std::size_t records = journal().records().size();
  if (const Status looked = void_evidence(); !looked) return looked;
  if (journal().records().size() != records)
    return halt(RunStatus::running,
                {"refused",
                 "another run changed the account since this one looked at it, so its "
                 "evidence no longer counts",
                 "resume the run to have it looked at again, then sign it off"});
  const Time time = TRY(now());
  const Answer answer = TRY(engine_.authorizer.examine(evidence_sha256(), document, time));
  if (answer.type != "sign-off")
    return Error{"refused", "the document is a signed " + answer.type + ", not a sign-off"};
  if (answer.verdict != "pass")
    return Error{"refused", "the sign-off says \"" + answer.verdict + "\", so it closes nothing",
                 "find out what is wrong; a run is signed off when it is right"};
  std::vector<std::string> roles;
  for (const json& item : state().items())
    if (item["item"] == "sign_off") roles.push_back(item["role"].get<std::string>());
  bool holds = roles.empty();
  Error lacking{"refused", "the runbook asks for no sign-off"};
  for (const std::string& role : roles) {
    const Status held = engine_.authorizer.holds({answer}, {role});
    holds = holds || held;
    if (!held) lacking = held.error();
  }
  if (!holds) return lacking;
  if (const Status placed = in_chain(to_string(RecordKind::sign_off), json::object(), document);
      !placed)
    return placed;
  const SignedAnswer taken = TRY(kept_answer(document, answer));
  if (const Status kept = ledger_->add(SignOffRecord{taken}); !kept) return kept;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  bool stopped = false;
  if (const Status done = finish(stopped); !done) return done;
  return stopped ? Status(Done{}) : rest(RunStatus::done);
}

Status Run::cancel(const std::string& reason) {
  if (is_final(state().status))
    return Error{"usage", "the run " + state().id() + " has ended already: it is " +
                              to_string(state().status)};
  if (!state().begun.empty())
    return Error{"in_doubt", "an operation of the run is in doubt, and cancelling would hide that",
                 "settle it first: countersign settle " + state().id()};
  if (const Status kept = ledger_->add(StatusRecord{
          .status = RunStatus::cancelled, .error = Error{"refused", "cancelled: " + reason}});
      !kept)
    return kept;
  const Status closed = close();
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return closed;
}

}  // namespace countersign
