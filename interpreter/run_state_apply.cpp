// What each kind of record does to the state of a run: one function for each. Records are applied
// in the order of the journal, each looking only at what those before it left. Whoever resumes,
// verifies or replays a run comes to the same state, so nothing here may ask a clock, a file
// outside the journal or an account.
#include <algorithm>

#include "interpreter/placeholder.h"
#include "interpreter/run_state.h"
#include "interpreter/times.h"

namespace countersign {
namespace {

Result<Signed> signed_of(const std::string& document, const std::string* signature,
                         const Documents& documents) {
  std::string text = TRY(documents.get(document));
  Signed out{text, ""};
  if (!signature) return out;
  std::string bytes = TRY(documents.get(*signature));
  out.signature = bytes;
  return out;
}

Result<Signed> signed_of(const SignedAnswer& answer, const Documents& documents) {
  return signed_of(answer.document, &answer.signature, documents);
}

}  // namespace

struct RunState::Fold {
  RunState& state;
  const Record& record;
  const Documents& documents;

  void goes_on() const {
    state.status = RunStatus::running;
    state.error.reset();
  }

  // What a phase with promises returned is what later operations are built on.
  void keep_promises(const std::string& phase, const json& value) const {
    int place = kHoles;
    for (const json& entry : state.head().value("procedure", json::array())) {
      if (entry.value("name", "") == phase && entry.contains("returns"))
        state.results[place] = value;
      ++place;
    }
  }

  Status keep(json& list, const std::string& key) const {
    state.recorded.insert(key);
    list.push_back(record.body);
    return Done{};
  }

  Status operator()(RunStartedRecord&& one) const {
    state.started = record.body;
    state.closing_key = std::move(one.closing);
    state.started_at = record.time;
    state.home = std::move(one.home);
    return Done{};
  }

  Status operator()(ModuleRecord&& one) const {
    state.modules[one.name] = record.body;
    return Done{};
  }

  Status operator()(ItemsRecord&& one) const {
    state.wanted = std::move(one.wanted);
    return Done{};
  }

  Status operator()(PhaseStartedRecord&& one) const {
    if (one.holes) state.begun_holes[one.phase] = std::move(*one.holes);
    state.current = std::move(one.phase);
    return Done{};
  }

  Status operator()(PhaseFinishedRecord&& one) const {
    keep_promises(one.phase, one.value);
    state.ended[one.phase] = record.time;
    state.phases[one.phase] = std::move(one.value);
    state.current.clear();
    return Done{};
  }

  Status operator()(PhaseSkippedRecord&& one) const {
    state.skipped.insert(std::move(one.phase));
    state.current.clear();
    return Done{};
  }

  Status operator()(PlanRecord&& one) const {
    std::string text = TRY(documents.get(one.document));
    state.draft = plan_from_json(json::parse(text));
    state.plan = state.draft;
    for (const Intent* intent : all_intents(*state.plan))
      state.last_n = std::max(state.last_n, intent->n);
    state.forget_request();
    goes_on();
    return Done{};
  }

  Status operator()(PlanVoidedRecord&&) const {
    state.plan.reset();
    state.draft.reset();
    state.forget_request();
    return Done{};
  }

  Status operator()(RequestRecord&& one) const {
    Signed made =
        TRY(signed_of(one.document, one.signature ? &*one.signature : nullptr, documents));
    state.request = made;
    state.request_sha256 = std::move(one.document);
    state.asked_after = record.previous;
    for (const auto& [name, value] : state.phases) state.asked_phases.insert(name);
    state.asked_earlier = state.earlier();
    if (one.baselines) state.baselines = std::move(*one.baselines);
    state.terms = json::parse(state.request->document, nullptr, false);
    if (!state.terms.is_object()) state.terms = json::object();
    state.decide_by = parse_iso_time(state.terms.value("decide_by", "")).value_or(0);
    // What was signed drives. Requests of the first form do not hold the whole plan.
    if (state.terms.value("version", 0) >= kDrivingVersion) {
      Plan made_of_it = TRY(plan_of_request(state.terms.value("plan", json()), documents));
      state.plan = std::move(made_of_it);
    }
    state.closing_key = state.terms.value("closing", json::object()).value("key", "");
    return Done{};
  }

  Status operator()(DecisionRecord&& one) const {
    Signed decision = TRY(signed_of(one.answer, documents));
    state.decisions.push_back(decision);
    state.answers.push_back(answer_of(one.answer));
    if (one.answer.verdict == AnswerVerdict::reject) state.rejected = one.answer.reason;
    return Done{};
  }

  Status operator()(ConsumedRecord&& one) const {
    state.consumed = state.used = true;
    if (record.body.contains("home")) state.home = std::move(one.home);
    return Done{};
  }

  Status operator()(IntentRecord&& one) const {
    PendingOperation begun{.seq = record.seq,
                           .key = one.key,
                           .phase = std::move(one.phase),
                           .operation = std::move(one.operation),
                           .target = std::move(one.target),
                           .where = std::move(one.where),
                           .n = one.n,
                           .arguments = std::move(one.arguments),
                           .before = std::move(one.before)};
    if (const Intent* intent = state.plan ? state.plan->intent(one.n) : nullptr) {
      begun.after = intent->after;
      begun.affects = intent->affects;
      begun.returns = intent->returns;
      begun.built_on = operations_in(intent->arguments);
    }
    for (Settlement& settlement : state.settlements)
      if (settlement.begun.key == one.key) settlement.again = one.n;
    state.begun[one.key] = std::move(begun);
    return Done{};
  }

  void confirm(const PendingOperation& done, const OutcomeRecord& one, const json& value) const {
    state.confirmed.push_back({done.n, done.operation, done.phase, done.where, done.arguments,
                               done.before, done.after, done.affects, done.target,
                               one.made.value_or(""), done.built_on});
    state.changed_at = record.time;
    state.results[done.n] = value;
  }

  Status operator()(OutcomeRecord&& one) const {
    Outcome outcome{record.seq,
                    0,
                    one.operation,
                    one.arguments_sha256.value_or(""),
                    one.value ? std::move(*one.value) : json(),
                    std::move(one.error)};
    if (const auto at = state.begun.find(one.key); at != state.begun.end()) {
      outcome.n = at->second.n;
      if (!outcome.error) confirm(at->second, one, outcome.value);
      state.begun.erase(at);
    }
    state.outcomes[one.key] = std::move(outcome);
    return Done{};
  }

  Status operator()(SettledRecord&& one) const {
    if (one.corrects && state.settled(one.key) == nullptr)
      return Error{"state", "a settlement corrects one that was never made"};
    if (one.answer) state.settle(record, one);
    if (one.verdict == AnswerVerdict::not_applied) state.begun.erase(one.key);
    state.probes.erase(one.key);
    goes_on();
    return Done{};
  }

  Status operator()(ProbeRecord&& one) const {
    state.probes[one.key].push_back(record.time);
    return Done{};
  }

  Status operator()(StepRecord&& one) const { return keep(state.steps, one.key); }
  Status operator()(CheckRecord&& one) const { return keep(state.checks, one.key); }
  Status operator()(NoteRecord&& one) const { return keep(state.notes, one.key); }
  Status operator()(FindingRecord&& one) const { return keep(state.findings, one.key); }

  Status operator()(BracketRecord&& one) const {
    json& bracket = state.brackets[one.phase];
    if (one.side == BracketSide::before && bracket.contains("before")) {
      if (!bracket.contains("first")) bracket["first"] = bracket["before"];
      int behind = 0;
      for (const AppliedOperation& done : state.confirmed)
        if (done.phase == one.phase) behind = std::max(behind, done.n);
      bracket["behind"] = behind;
    }
    bracket[to_string(one.side)] = one.document;
    state.bracketed = true;
    if (!one.baselines) return Done{};
    state.baselines = *one.baselines;
    if (one.side == BracketSide::before) bracket["baselines"] = *one.baselines;
    return Done{};
  }

  Status operator()(WaitStartedRecord&& one) const {
    state.waits[one.phase] = one.until;
    state.wait_began[one.phase] = record.time;
    state.opens = 0;
    return Done{};
  }

  Status operator()(WaitConditionRecord&& one) const {
    state.waits[one.phase] = one.until;
    state.attempts[one.phase] = one.attempt;
    return Done{};
  }

  Status operator()(WaitLookRecord&& one) const {
    state.looks[one.phase] = one.next;
    state.looked[one.phase] = one.attempt;
    return Done{};
  }

  Status operator()(AttestationRecord&& one) const {
    state.attested_at[one.item] = record.time;
    Signed document = TRY(signed_of(one.answer, documents));
    state.attestations[one.item] = answer_of(one.answer);
    state.attestation_documents[one.item] = document;
    return Done{};
  }

  Status operator()(SignOffRecord&& one) const {
    Signed document = TRY(signed_of(one.answer, documents));
    state.sign_offs.push_back(answer_of(one.answer));
    state.sign_off_documents.push_back(document);
    return Done{};
  }

  Status operator()(StatusRecord&& one) const {
    state.status = one.status;
    state.opens = one.opens.value_or(0);
    state.opens_why = one.why.value_or("");
    state.halted = one.halted.value_or(false);
    state.error = std::move(one.error);
    return Done{};
  }

  Status operator()(ObligationRecord&&) const {
    state.obligations.push_back(record.body);
    return Done{};
  }

  // The latches themselves are files of their own (latches.h).
  Status operator()(LatchRecord&&) const { return Done{}; }

  Status operator()(EvidenceVoidedRecord&& one) const {
    state.voided_by = {one.by, one.at};
    // What they showed may not be so any more.
    state.look_again(one.phases, one.items);
    return Done{};
  }

  Status operator()(AdoptedRecord&& one) const {
    state.home = std::move(one.home);
    if (record.body.contains("closing")) state.closing_key = std::move(one.closing);
    goes_on();
    return Done{};
  }

  Status operator()(UndoRecord&&) const {
    state.undoing = record.body;
    goes_on();
    return Done{};
  }

  Status operator()(RunReopenedRecord&& one) const {
    const bool corrected = one.way == Way::correct;
    // What is carried out anew is waited for anew.
    if (corrected)
      for (const std::string& name : one.phases) state.forget_wait(name);
    state.look_again(one.phases, one.items);
    if (one.rows)
      for (const auto& [name, digest] : *one.rows) state.started["rows"][name] = digest;
    state.wanted.clear();
    if (one.drops_undo) state.undoing = nullptr;
    if (one.undo_anew) state.undoing["signed"] = false;
    // What failed is not what it is from now on: the same call may be planned and made once more.
    for (auto at = state.outcomes.begin(); at != state.outcomes.end();) {
      const Outcome& outcome = at->second;
      const bool again = (corrected || one.way == Way::replan) && outcome.n > 0 && outcome.error;
      if (again)
        state.failures.push_back({{"n", outcome.n},
                                  {"operation", outcome.operation},
                                  {"error", outcome.error->message}});
      at = again ? state.outcomes.erase(at) : std::next(at);
    }
    goes_on();
    state.halted = state.closed = false;
    return Done{};
  }

  Status operator()(TakenOverRecord&& one) const {
    state.take_over(std::move(one));
    state.taken_over = record.body;
    state.closed = false;
    return Done{};
  }

  Status operator()(ClosedRecord&&) const {
    state.closed = true;
    return Done{};
  }
};

void RunState::forget_request() {
  request.reset();
  request_sha256.clear();
  terms = json::object();
  asked_after.clear();
  asked_phases.clear();
  bracketed = false;
  decisions.clear();
  answers.clear();
  consumed = false;
  asked_earlier = json::object();
}

void RunState::forget_wait(const std::string& name) {
  waits.erase(name);
  wait_began.erase(name);
  attempts.erase(name);
  looks.erase(name);
  looked.erase(name);
}

void RunState::look_again(const std::vector<std::string>& again,
                          const std::vector<std::string>& items) {
  for (const std::string& name : again) {
    // A wait that had ended begins anew; one that had not goes on as long as it was to.
    if (phases.count(name) != 0) forget_wait(name);
    phases.erase(name);
    ended.erase(name);
    skipped.erase(name);
    ++rounds[name];
    if (current == name) current.clear();
    for (json* list : {&checks, &findings, &notes}) {
      json kept = json::array();
      for (json& one : *list)
        if (one.value("phase", json()) != name) kept.push_back(std::move(one));
      *list = std::move(kept);
    }
  }
  for (const std::string& slug : items) attestations.erase(slug);
  sign_offs.clear();
  sign_off_documents.clear();
}

// What the other run's journal proves to be done is done; the rest is this run's own.
void RunState::take_over(TakenOverRecord&& work) {
  for (const auto& [name, value] : phases) ++rounds[name];
  if (!current.empty()) ++rounds[current];
  phases.clear();
  ended.clear();
  skipped.clear();
  checks = findings = notes = steps = json::array();
  plan.reset();
  draft.reset();
  forget_request();
  for (auto& [name, one] : work.phases) {
    phases[name] = std::move(one.value);
    ended[name] = one.ended;
    int place = kHoles;
    for (const json& entry : head().value("procedure", json::array())) {
      if (entry.value("name", "") == name && entry.contains("returns"))
        results[place] = phases[name];
      ++place;
    }
  }
  skipped.insert(work.skipped.begin(), work.skipped.end());
  confirmed.insert(confirmed.end(), work.confirmed.begin(), work.confirmed.end());
  for (auto& [n, value] : work.results) results[n] = std::move(value);
  for (auto& [key, one] : work.outcomes)
    outcomes[key] = {0, one.n, one.operation, "", std::move(one.value), std::nullopt};
  for (auto& [phase, one] : work.brackets) brackets[phase] = std::move(one);
  for (auto& [phase, names] : work.holes) begun_holes[phase] = std::move(names);
  const auto append = [](json& list, std::vector<json>& more) {
    for (json& one : more) list.push_back(std::move(one));
  };
  append(checks, work.checks);
  append(notes, work.notes);
  append(findings, work.findings);
  failures = work.failures;
  current = std::move(work.current);
  last_n = std::max(last_n, work.last_n);
  changed_at = work.changed_at;
  status = RunStatus::running;
  error.reset();
}

Status RunState::apply(const Record& record, const Documents& documents) {
  JournalEntry entry = TRY(entry_of(record));
  last_time = record.time;
  chain_head = record.hash;
  const Fold fold{*this, record, documents};
  return std::visit([&](auto& one) { return fold(std::move(one)); }, entry);
}

}  // namespace countersign
