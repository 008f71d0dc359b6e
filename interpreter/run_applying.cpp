// Applying: a signed phase carried out exactly as signed, between two snapshots.
//
// The order: what was left in doubt is settled; the phase is planned once more and compared; the
// decision is used, which is synced before anything is sent; the account and the adjacent ones are
// captured; each operation as walk.cpp says; everything is captured again and compared with the
// first capture plus what was signed.
#include <algorithm>
#include <cctype>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/incident.h"
#include "interpreter/phase_execution.h"
#include "interpreter/phase_snapshots.h"
#include "interpreter/run.h"
#include "interpreter/settlers.h"

namespace countersign {
namespace {

// What the rail of the adjacent accounts says where one of them changed.
Error contaminated(std::string message, std::string hint) {
  Error error{"drift", std::move(message), std::move(hint)};
  error.check = "baselines_unchanged";
  return error;
}

bool begun_already(const RunState& state, const std::string& phase) {
  return state.current == phase;
}

}  // namespace

Status Run::run_mutate(const json& entry, bool& stopped) {
  const std::string name = entry["name"].get<std::string>();
  if (!state().plan) {
    const Status made = state().undoing.is_null() ? plan_rest() : plan_undo();
    if (!made) return fail(made.error());
  }
  const PlannedPhase* planned = state().plan->phase(name);
  const bool later = std::any_of(state().plan->later.begin(), state().plan->later.end(),
                                 [&](const auto& one) { return one.first == name; });
  if (!planned && !later) return ledger_->add(PhaseSkippedRecord{name});
  if (later) {
    // What it depended on has happened by now: plan the rest again, for a decision of its own.
    if (const Status voided = ledger_->add(PlanVoidedRecord{"the rest is planned now"}); !voided)
      return voided;
    return run_mutate(entry, stopped);
  }
  const Status unlatched = changes_open(engine_, state(), session_.get());
  if (state().plan->count() > 0 || !planned->undoes.empty()) {
    if (!state().request)
      if (const Status published = publish(); !published) return fail(published.error());
    const Status allowed = engine_.authorizer.authorize(*state().request, state().decisions,
                                                        ledger_->now(), state().consumed);
    if (!allowed) {
      stopped = true;
      // Waiting for a decision is no failure; a decision that no longer holds is, and is said.
      if (allowed.error().kind == "waiting") return rest(RunStatus::awaiting_decision);
      if (allowed.error().kind == "early") return await_window();
      return halt(RunStatus::awaiting_decision, allowed.error());
    }
  }
  // Whoever froze changes, or found an incident, is heard before anything is sent.
  if (!unlatched && !intents_of(*planned).empty()) {
    stopped = true;
    return halt(RunStatus::awaiting_decision, unlatched.error(), true);
  }
  const std::vector<const Intent*> intents = intents_of(*planned);
  const bool left = std::any_of(intents.begin(), intents.end(), [&](const Intent* intent) {
    return std::none_of(state().confirmed.begin(), state().confirmed.end(),
                        [&](const AppliedOperation& one) { return one.n == intent->n; });
  });
  if (left && planned->not_after > 0 && ledger_->now() > planned->not_after) {
    const Error late{"refused",
                     "the window of \"" + name + "\" ended at " + iso_time(planned->not_after) +
                         " and it is " + iso_time(ledger_->now()),
                     "resume the run to have the rest planned and decided anew"};
    if (const Status voided = ledger_->add(PlanVoidedRecord{late.message}); !voided) return voided;
    stopped = true;
    return halt(RunStatus::awaiting_decision, late, true);
  }
  const std::string account = account_key_now(session_.get(), state());
  [[maybe_unused]] const Lock lock = TRY(engine_.home.lock_account(account, state().id()));
  const PlannedPhase phase = *planned;
  const bool begun_before = begun_already(state(), name);
  // A phase that goes on under a decision of its own is looked at again, as one that only begins.
  // In one that was broken off the gate holds each operation against what was signed: arguments,
  // what it starts from, what it reads. What was half done cannot be planned once more.
  const bool looked_at = begun_before && state().consumed;
  if (const Status same = looked_at ? Status(Done{}) : replan_same(phase); !same) {
    if (same.error().kind == "refused") {
      stopped = true;
      // Said once already: planned from what is there now, for a decision of its own.
      const bool again = state().error && state().error->message == same.error().message;
      if (!again) return halt(RunStatus::awaiting_decision, same.error(), true);
      if (const Status voided = ledger_->add(PlanVoidedRecord{same.error().message}); !voided)
        return voided;
      stopped = false;
      return run_mutate(entry, stopped);
    }
    return stop(same.error());
  }
  std::optional<Time> compared;
  if (!begun_before) {
    compared = ledger_->now();
    const Status begun = begin_phase(phase, stopped);
    if (!begun) return stop(begun.error());
    if (stopped) return Done{};
  }
  if (!state().consumed && state().request)
    if (const Status used = consume(); !used) return used;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  if (!intents_of(phase).empty())
    if (const Status known = engine_.home.note_change(account, state().id(), ledger_->now());
        !known)
      return known;
  const ScriptFile file = TRY(script());
  const std::vector<std::string> holes = holes_of(state(), *state().plan, name);
  const Result<json> view = run_view(*ledger_, &*state().plan, &holes);
  if (!view) return fail(view.error());
  PhaseContext where = standing(Stage::apply, name);
  where.planned = &phase;
  where.compared = compared;
  if (const auto bracket = state().brackets.find(name);
      bracket != state().brackets.end() && bracket->second.contains("baselines")) {
    const Result<std::string> text = journal().get(bracket->second["baselines"].get<std::string>());
    if (!text) return fail(text.error());
    Result<json> then = known_baselines(engine_, *ledger_, *session_, json::parse(*text));
    if (!then) return fail(then.error());
    where.baselines = std::move(*then);
  }
  if (const auto bracket = state().brackets.find(name); bracket != state().brackets.end()) {
    const Result<std::string> text = journal().get(bracket->second["before"].get<std::string>());
    if (!text) return fail(text.error());
    where.snapshot = json::parse(*text);
  }
  PhaseExecution walk(engine_, session_.get(), *ledger_, where, folder());
  PhaseResult ending = walk_phase(walk, file, name, *view);
  if (ending.kind == PhaseResult::failed) {
    if (!walk.contaminated().empty())
      if (const Status raised = raise_contamination(engine_, *ledger_, *session_,
                                                    walk.contaminated(), ending.error.message);
          !raised)
        return raised;
    // Nothing is wrong with the plan: it goes on when the halt is over.
    if (walk.halted()) return halt(RunStatus::awaiting_decision, ending.error, true);
    return fail(ending.error);
  }
  if (ending.kind != PhaseResult::finished || walk.standing().next != intents_of(phase).size())
    return fail({"drift", "the phase \"" + name + "\" ended after " +
                              std::to_string(walk.standing().next) + " of the " +
                              std::to_string(intents_of(phase).size()) +
                              " operations that were signed"});
  if (const Status same = end_bracket(phase); !same) return fail(same.error());
  if (const Status kept = ledger_->add(PhaseFinishedRecord{name, ending.value}); !kept) return kept;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  if (intents_of(phase).empty()) return Done{};
  return engine_.home.note_change(account, state().id(), ledger_->now());
}

// A look at what is there, before anything was sent. Where nobody answered, the plan and its
// decision are as good as before: the run goes on when somebody does.
Status Run::stop(const Error& error) {
  if (state().request && no_answer(error)) return halt(RunStatus::awaiting_decision, error, true);
  return fail(error);
}

// Approved for later: the first moment at which the decisions allow it.
Status Run::await_window() {
  std::vector<Time> moments;
  for (const Answer& answer : state().answers) moments.push_back(answer.not_before);
  std::sort(moments.begin(), moments.end());
  for (const Time moment : moments) {
    if (moment <= ledger_->now() ||
        !engine_.authorizer.authorize(*state().request, state().decisions, moment,
                                      state().consumed))
      continue;
    if (state().status != RunStatus::awaiting_time || state().opens != moment)
      if (const Status kept = ledger_->add(StatusRecord{.status = RunStatus::awaiting_time,
                                                        .opens = moment,
                                                        .why = "it was approved for then"});
          !kept)
        return kept;
    break;
  }
  return rest(RunStatus::awaiting_time);
}

// A baseline that changed since this run last looked: somebody has to say that it is known.
Result<bool> Run::suspicious(const json& baselines) {
  if (state().baselines.empty()) return false;
  const std::string text = TRY(journal().get(state().baselines));
  // Since it was planned, while people decided: nobody may change that account now.
  const bool since_planned =
      !state().bracketed && state().terms.value("baselines", "") == state().baselines;
  const json earlier =
      TRY(known_baselines(engine_, *ledger_, *session_, json::parse(text), &baselines));
  bool waits = false;
  for (const auto& [profile, then] : earlier.items()) {
    const json now = baselines.value(profile, json());
    const json diff = difference(without(then, session_->volatile_fields()),
                                 without(now, session_->volatile_fields()));
    if (diff.empty()) continue;
    std::string slug = "known-" + profile + "-" + sha256_hex(canonical(now)).substr(0, 8);
    for (char& c : slug)
      c = std::isalnum(static_cast<unsigned char>(c)) != 0
              ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
              : '-';
    const auto answered = state().attestations.find(slug);
    if (answered != state().attestations.end()) {
      if (answered->second.verdict == "pass") continue;
      TRY(raise_contamination(engine_, *ledger_, *session_, profile,
                              diff[0]["path"].get<std::string>(), &baselines));
      return contaminated(
          "nobody confirmed the change of the adjacent account \"" + profile + "\"",
          "severity HIGH: stop all other work; `countersign show` says who is to be told; "
          "when it is over: countersign thaw --profile " +
              state().started["profile"].value("name", "") + " --reason TEXT, then resume");
    }
    std::string paths;
    for (std::size_t i = 0; i < diff.size() && i < 3; ++i)
      paths += (i > 0 ? ", " : "") + diff[i]["path"].get<std::string>();
    if (since_planned) {
      TRY(raise_contamination(engine_, *ledger_, *session_, profile, paths, &baselines));
      return contaminated(
          "the adjacent account \"" + profile + "\" changed since the change was planned: " + paths,
          "severity HIGH: stop all other work and tell who answers for it; compare what changed "
          "with the last deploy; nothing was sent");
    }
    waits = true;
    const json& open = state().obligations;
    if (std::any_of(open.begin(), open.end(),
                    [&](const json& one) { return one.value("slug", "") == slug; }))
      continue;
    TRY(ledger_->add(ObligationRecord{
        .item = "attest",
        .slug = slug,
        .text = "The adjacent account \"" + profile + "\" changed between two phases (" + paths +
                "), and that is known: who did it, and why (--note)",
        .why = "an account that must not change while this one is changed did"}));
  }
  return waits;
}

// The state around the phase.
Status Run::begin_phase(const PlannedPhase& planned, bool& stopped) {
  const json before = TRY(session_->snapshot({}));
  const json baselines = TRY(session_->baselines());
  const bool waits = TRY(suspicious(baselines));
  stopped = waits;
  if (stopped) return rest(RunStatus::awaiting_attestation);
  BracketRecord record{.phase = planned.name,
                       .side = BracketSide::before,
                       .document = ledger_->journal().put(canonical(before))};
  if (!baselines.empty()) record.baselines = ledger_->journal().put(canonical(baselines));
  if (const Status kept = ledger_->add(record); !kept) return kept;
  return ledger_->add(PhaseStartedRecord{.phase = planned.name,
                                         .kind = PhaseKind::mutate,
                                         .holes = holes_of(state(), *state().plan, planned.name)});
}

// What nobody signed is there: a person's signed word that it is known, or the run does not go on.
Status Run::foreign_known(const PlannedPhase& planned, const json& moved) {
  const std::string slug = foreign_slug(planned.name, moved);
  const auto answered = state().attestations.find(slug);
  if (answered != state().attestations.end() && answered->second.verdict == "pass") return Done{};
  std::string paths;
  for (std::size_t i = 0; i < moved.size() && i < 5; ++i)
    paths += (i > 0 ? ", " : "") + moved[i]["path"].get<std::string>();
  if (moved.size() > 5) paths += " and " + std::to_string(moved.size() - 5) + " more";
  if (answered != state().attestations.end())
    return Error{"drift",
                 "the change of " + paths + " during \"" + planned.name + "\" was not confirmed",
                 "find out who did; then: countersign attest " + state().id() + " " + slug +
                     " --pass --note \"who, why\", or countersign cancel " + state().id()};
  const json& open = state().obligations;
  if (std::none_of(open.begin(), open.end(),
                   [&](const json& one) { return one.value("slug", "") == slug; }))
    if (const Status kept = ledger_->add(ObligationRecord{
            .item = "attest",
            .slug = slug,
            .text = "After \"" + planned.name + "\" something is there that was not signed (" +
                    paths + "), and that is known: who did it, and why (--note)",
            .why = "what was not signed was changed while the run was changing the account",
            .foreign = planned.name,
            .paths = moved});
        !kept)
      return kept;
  std::string settled;
  for (const Settlement& one : state().settlements)
    if (one.begun.phase == planned.name && one.answer.verdict == "applied" &&
        state().settled(one.begun.key) == &one)
      settled = "; if what " + one.answer.person +
                " settled as applied was not: " + correcting(state(), one);
  return Error{"drift",
               "after \"" + planned.name + "\" something is there that was not signed: " + paths,
               "find out who else changed the account, or whether an operation that was settled as "
               "applied was not; the run goes on once somebody signs that it is known: countersign "
               "attest " +
                   state().id() + " " + slug + " --pass --note \"who, why\"" + settled};
}

// Whether a change that nobody signed waits for somebody to say that it is known.
bool Run::foreign_open() const {
  return std::any_of(state().obligations.begin(), state().obligations.end(), [&](const json& one) {
    return one.contains("foreign") && state().attestations.count(one.value("slug", "")) == 0;
  });
}

// POST equals PRE plus what was signed, and the adjacent accounts are as they were.
Status Run::end_bracket(const PlannedPhase& planned) {
  const json bracket = state().brackets.at(planned.name);
  const std::string text = TRY(journal().get(bracket["before"].get<std::string>()));
  PhaseSnapshots around{.before = json::parse(text),
                        .scopes = session_->scopes(),
                        .volatile_fields = session_->volatile_fields()};
  const json after = TRY(session_->snapshot({}));
  json neighbours = TRY(session_->baselines());
  BracketRecord record{.phase = planned.name,
                       .side = BracketSide::after,
                       .document = ledger_->journal().put(canonical(after))};
  if (!neighbours.empty()) record.baselines = ledger_->journal().put(canonical(neighbours));
  around.after = after;
  around.baselines_after = neighbours;
  if (bracket.contains("baselines")) {
    const std::string kept = TRY(journal().get(bracket["baselines"].get<std::string>()));
    const json baselines = json::parse(kept);
    json then = TRY(known_baselines(engine_, *ledger_, *session_, baselines, &neighbours));
    // Who verifies the evidence has the journal alone.
    for (const auto& [profile, one] : then.items())
      if (one != baselines.value(profile, json()))
        if (const std::string run =
                reverted_by(engine_, *ledger_, profile, baselines.value(profile, json()), one);
            !run.empty()) {
          if (!record.reverted) record.reverted.emplace();
          (*record.reverted)[profile] = run;
        }
    around.baselines_before = std::move(then);
  }
  if (const Status kept = ledger_->add(record); !kept) return kept;
  const auto changes = TRY(
      changes_of(state(), planned.name, [&](const std::string& name) -> std::optional<RowFacts> {
        const Row* row = engine_.catalogue.find(name);
        if (!row) return std::nullopt;
        return RowFacts{row->volatile_fields, row->affects};
      }));
  const auto [moved, adjacent] = unsigned_changes(around, changes);
  if (!moved.empty())
    if (const Status known = foreign_known(planned, moved); !known) return known;
  if (!adjacent.empty()) {
    const std::string path = adjacent[0]["path"].get<std::string>();
    if (const Status raised = raise_contamination(
            engine_, *ledger_, *session_, path.substr(1, path.find('/', 1) - 1), path, &neighbours);
        !raised)
      return raised;
    return contaminated(
        "an adjacent account changed while this one was being changed: " +
            adjacent[0]["path"].get<std::string>(),
        "severity HIGH: stop all other work and tell who answers for it; compare what changed "
        "with the last deploy; when it is over: countersign thaw --profile " +
            state().started["profile"].value("name", "") + " --reason TEXT, then resume");
  }
  return Done{};
}

}  // namespace countersign
