// Settling: an operation that was begun and has no recorded outcome is decided by what is there
// now, or by a person.
#include <algorithm>

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

// The result that the settlement is about is the one that is given, and within what was signed.
Status Run::fits(const PendingOperation& begun, const Answer& answer, const Signed& settlement,
                 const json& result) {
  const json document = json::parse(settlement.document, nullptr, false);
  const json named = document.is_object() ? document.value("result_sha256", json()) : json();
  if (!result.is_null() && named != sha256_hex(canonical(result)))
    return Error{"refused", "the settlement names another result than the one that was given",
                 "sign the settlement with the file that is given with --result"};
  if (answer.verdict != "applied" || !hands_on(begun)) return Done{};
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
  Intent intent;
  intent.n = begun.n;
  intent.operation = begun.operation;
  intent.returns = begun.returns;
  if (const Status good = as_returned(engine_, state(), snapshot, intent, result); !good) {
    Error error = good.error();
    error.kind = "refused";
    return error;
  }
  return Done{};
}

// What it returned stands behind the settlement, as the outcome of the operation.
Status Run::keep_settlement(const PendingOperation& begun, const Signed& settlement,
                            const Answer& answer, const std::string& corrects, const json& result) {
  const SignedAnswer taken = TRY(kept_answer(settlement, answer));
  SettledRecord settled{
      .key = begun.key, .verdict = taken.verdict, .by = answer.person, .answer = taken};
  if (!corrects.empty()) settled.corrects = corrects;
  if (const Status kept = ledger_->add(settled); !kept) return kept;
  if (taken.verdict != AnswerVerdict::applied) return Done{};
  OutcomeRecord outcome{.key = begun.key,
                        .operation = begun.operation,
                        .value = result,
                        .settled = SettledBy::person};
  const Row* row = engine_.catalogue.find(begun.operation);
  if (row && row->made && result.is_object()) outcome.made = row->made(result);
  return ledger_->add(outcome);
}

// A person who looked says whether it was carried out: signed, so that it can be shown who said so.
Status Run::settle(const Signed& settlement, const json& result) {
  const json document = json::parse(settlement.document, nullptr, false);
  if (document.is_object() && document.value("corrects", json()).is_string())
    return correct(settlement, document["corrects"].get<std::string>(), result);
  const PendingOperation* one = in_doubt();
  if (!one)
    return Error{"usage", "no operation of the run " + state().id() + " is in doubt",
                 "`countersign show` says what it waits for"};
  const Time time = TRY(now());
  const Answer answer = TRY(engine_.authorizer.examine(doubt_subject(), settlement, time));
  if (answer.type != "settlement" || answer.verdict == "adopt")
    return Error{"refused", "the document is a signed " + answer.type + ", not a settlement of it"};
  const PendingOperation begun = *one;
  if (const Status good = fits(begun, answer, settlement, result); !good) return good;
  if (const Status may = may_settle(state(), begun, answer, engine_.authorizer); !may) return may;
  if (const Status placed =
          in_chain(to_string(RecordKind::settled), {{"key", begun.key}}, settlement);
      !placed)
    return placed;
  if (const Status kept = keep_settlement(begun, settlement, answer, "", result); !kept)
    return kept;
  return rest(RunStatus::running);
}

// What a person settled was otherwise. One transaction: the run is opened again, what is known of
// the operation is another, and what was planned on it does not count any more.
Status Run::correct(const Signed& settlement, const std::string& corrects, const json& result) {
  const auto& all = state().settlements;
  const auto named = std::find_if(all.begin(), all.end(), [&](const Settlement& one) {
    return one.answer.document_sha256 == corrects;
  });
  if (named == all.end())
    return Error{"refused", "the document corrects a settlement that the run does not have",
                 "`countersign show " + state().id() + "` says what was settled"};
  const std::string successor = TRY(engine_.home.successor(state().id()));
  if (!successor.empty())
    return Error{"refused", "the run " + successor + " goes on with what " + state().id() + " did",
                 "start a new run when that one has ended"};
  const Time time = TRY(now());
  const Answer answer =
      TRY(engine_.authorizer.examine(correction_subject(state(), *named), settlement, time));
  if (answer.type != "settlement" || answer.verdict == "adopt")
    return Error{"refused", "the document is a signed " + answer.type + ", not a settlement of it"};
  const Settlement* found = TRY(correctable(state(), answer.verdict, named->begun.n));
  if (found != &*named)
    return Error{"refused", "the settlement that the document corrects was corrected already",
                 "write the document anew with --to DIR and have that one signed"};
  const Settlement wrong = *named;
  if (const Status good = fits(wrong.begun, answer, settlement, result); !good) return good;
  if (const Status may = may_correct(state(), wrong, answer, engine_.authorizer); !may) return may;
  if (const Status placed =
          in_chain(to_string(RecordKind::settled),
                   {{"key", wrong.begun.key}, {"corrects", corrects}}, settlement);
      !placed)
    return placed;
  const Reopening what = reopened_by(state(), wrong);
  if (const Status kept = keep_reopening(Way::correct, answer.person, what); !kept) return kept;
  if (const Status kept = keep_settlement(wrong.begun, settlement, answer, corrects, result); !kept)
    return kept;
  if (what.voids_plan)
    if (const Status voided = ledger_->add(
            PlanVoidedRecord{answer.person + " corrected what was settled of operation " +
                             std::to_string(wrong.begun.n)});
        !voided)
      return voided;
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
  if (row.credential.empty()) return true;
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
    TRY(row->credential.empty() ? Result<std::string>(std::string())
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
