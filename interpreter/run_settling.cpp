// Settling: an operation that was begun and has no recorded outcome is decided by what is there
// now, or by a person.
#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "interpreter/run.h"
#include "interpreter/settlers.h"
#include "interpreter/subject.h"
#include "interpreter/vault.h"

namespace countersign {

const PendingOperation* Run::in_doubt() const {
  return state().begun.empty() ? nullptr : &state().begun.begin()->second;
}

std::string Run::doubt_subject() const {
  const PendingOperation* one = in_doubt();
  return one ? countersign::doubt_subject(state(), *one) : "";
}

// What follows from a settlement is what a decision allows: an operation that is repeated, a result
// that later operations are built on.
Status Run::may_settle(const PendingOperation& begun, const Answer& answer,
                       const Signed& settlement, const json& result) {
  const json document = json::parse(settlement.document, nullptr, false);
  const json named = document.is_object() ? document.value("result_sha256", json()) : json();
  if (!result.is_null() && named != sha256_hex(canonical(result)))
    return Error{"refused", "the settlement names another result than the one that was given",
                 "sign the settlement with the file that is given with --result"};
  const Intent* intent = state().plan ? state().plan->intent(begun.n) : nullptr;
  if (answer.verdict == "applied" && hands_on(state(), begun)) {
    const auto bracket = state().brackets.find(begun.phase);
    json snapshot;
    if (bracket != state().brackets.end()) {
      const std::string text = TRY(journal().get(bracket->second["before"].get<std::string>()));
      snapshot = json::parse(text, nullptr, false);
    }
    if (result.is_null())
      return Error{"refused",
                   "later operations are built on what " + begun.operation +
                       " returned, and the settlement gives no result",
                   "give it with --result FILE"};
    if (const Status good = as_returned(engine_, state(), snapshot, *intent, result); !good) {
      Error error = good.error();
      error.kind = "refused";
      return error;
    }
  }
  return countersign::may_settle(state(), begun, answer, engine_.authorizer);
}

// A person who looked says whether it was carried out: signed, so that it can be shown who said so.
Status Run::settle(const Signed& settlement, const json& result) {
  const PendingOperation* one = in_doubt();
  if (!one)
    return Error{"usage", "no operation of the run " + state().id() + " is in doubt",
                 "`countersign show` says what it waits for"};
  const Time time = TRY(now());
  const Answer answer = TRY(engine_.authorizer.examine(doubt_subject(), settlement, time));
  if (answer.type != "settlement" || answer.verdict == "adopt")
    return Error{"refused", "the document is a signed " + answer.type + ", not a settlement of it"};
  const PendingOperation begun = *one;
  const Row* row = engine_.catalogue.find(begun.operation);
  if (const Status may = may_settle(begun, answer, settlement, result); !may) return may;
  if (const Status placed =
          in_chain(to_string(RecordKind::settled), {{"key", begun.key}}, settlement);
      !placed)
    return placed;
  const SignedAnswer taken = TRY(kept_answer(settlement, answer));
  if (const Status kept = ledger_->add(SettledRecord{
          .key = begun.key, .verdict = taken.verdict, .by = answer.person, .answer = taken});
      !kept)
    return kept;
  if (answer.verdict == "applied") {
    OutcomeRecord outcome{.key = begun.key,
                          .operation = begun.operation,
                          .value = result,
                          .settled = SettledBy::person};
    if (row && row->made && result.is_object()) outcome.made = row->made(result);
    if (const Status kept = ledger_->add(outcome); !kept) return kept;
  }
  return rest(RunStatus::running);
}

namespace {

// A provider may still act on what it was sent: that it has not is believed after so many looks
// over so many seconds of the run's clock.
constexpr std::size_t kProbes = 3;
constexpr Time kProbeSeconds = 60;

}  // namespace

// What only this machine does is done or not. What was sent to a provider is looked at again.
Result<bool> Run::surely_not_applied(const PendingOperation& one, const Row& row, bool& stopped) {
  if (row.credential == Credential::none) return true;
  constexpr Time kApart = kProbeSeconds / (static_cast<Time>(kProbes) - 1);
  const auto looks = [&] {
    const auto at = state().probes.find(one.key);
    return at == state().probes.end() ? std::vector<Time>() : at->second;
  };
  std::vector<Time> all = looks();
  if (all.empty() || ledger_->now() >= all.back() + kApart)
    TRY(ledger_->add(ProbeRecord{one.key, "not applied"}));
  all = looks();
  if (all.size() >= kProbes && all.back() >= all.front() + kProbeSeconds) return true;
  const Time next = all.back() + kApart;
  if (state().status != RunStatus::awaiting_time || state().opens != next)
    TRY(ledger_->add(StatusRecord{
        .status = RunStatus::awaiting_time,
        .opens = next,
        .why = one.operation + " is in doubt: nothing of it is to be seen yet, and a provider "
                               "may act late; then it is looked at again"}));
  stopped = true;
  return false;
}

Status Run::settle_begun(bool& stopped) {
  // A copy: settling changes the map.
  const auto begun = state().begun;
  for (const auto& [key, one] : begun) {
    const Row* row = engine_.catalogue.find(one.operation);
    const Intent* intent = state().plan ? state().plan->intent(one.n) : nullptr;
    const auto doubt = [&](const std::string& why) {
      return fail(
          {"in_doubt",
           one.operation + " on " + one.target + " may or may not have been carried out: " + why,
           "look at the provider, then: countersign settle " + state().id() +
               " --applied|--not-applied --note \"how you know\"",
           one.operation, one.where});
    };
    if (!row || !intent) return doubt("it is not in the plan or the catalogue of this version");
    const Call call{*session_, one.arguments, nullptr};
    if (row->settle == Settle::ask) return doubt("only a person can tell");
    TRY(row->credential == Credential::none ? Result<std::string>(std::string())
                                            : session_->account(row->credential));
    if (row->settle == Settle::by_lookup) {
      const json found = TRY(row->lookup(call));
      if (found.is_null()) {
        const bool sure = TRY(surely_not_applied(one, *row, stopped));
        if (!sure) return rest(RunStatus::awaiting_time);
        if (const Status kept =
                ledger_->add(SettledRecord{.key = key, .by = to_string(SettledBy::lookup)});
            !kept)
          return kept;
        continue;
      }
      OutcomeRecord outcome{
          .key = key, .operation = one.operation, .value = found, .settled = SettledBy::lookup};
      if (row->made) outcome.made = row->made(found);
      if (const Status kept = ledger_->add(outcome); !kept) return kept;
      continue;
    }
    const json live = TRY(row->before(call));
    json now = comparable(*row, live);
    session_->vault().scrub(now);
    const Result<json> after =
        intent->after ? fill(*intent->after, state().results) : Result<json>(json());
    if (intent->after && after && difference(*after, now).empty()) {
      if (const Status kept = ledger_->add(OutcomeRecord{
              .key = key, .operation = one.operation, .value = live, .settled = SettledBy::state});
          !kept)
        return kept;
    } else if (one.before && difference(*one.before, now).empty()) {
      const bool sure = TRY(surely_not_applied(one, *row, stopped));
      if (!sure) return rest(RunStatus::awaiting_time);
      if (const Status kept =
              ledger_->add(SettledRecord{.key = key, .by = to_string(SettledBy::state)});
          !kept)
        return kept;
    } else {
      return doubt("what is there now is neither what was before nor what was signed");
    }
  }
  if (state().status == RunStatus::in_doubt || state().status == RunStatus::awaiting_time)
    if (const Status kept = ledger_->add(StatusRecord{.status = RunStatus::running}); !kept)
      return kept;
  return ledger_->sync();
}

}  // namespace countersign
