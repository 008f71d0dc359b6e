// A decision counts once: using it, and telling a run's own file from a copy of it or one that was
// restored from a backup, which knows nothing of what the run did since.
#include <set>

#include "interpreter/canonical.h"
#include "interpreter/closing.h"
#include "interpreter/digest.h"
#include "interpreter/run.h"
#include "interpreter/subject.h"

namespace countersign {
namespace {

// The token under which the decision on the request of the moment was used; empty: it was not.
std::string token_of(const Journal& journal, const std::string& request_sha256) {
  const auto& records = journal.records();
  for (auto record = records.rbegin(); record != records.rend(); ++record)
    if (const auto consumed = as<ConsumedRecord>(*record);
        consumed && consumed->request_sha256 == request_sha256)
      return consumed->token;
  return "";
}

// Whether every operation that was sent has its record.
bool knows(const Journal& journal, std::set<std::pair<int, std::string>> sent) {
  for (const Record& record : journal.records()) {
    if (sent.empty()) break;
    if (const auto intent = as<IntentRecord>(record)) sent.erase({intent->n, intent->key});
  }
  return sent.empty();
}

}  // namespace

// What the index knows lets a run's file that was put back be told from the one that went on.
bool Run::behind_index() const {
  const Result<json> known = engine_.home.noted(state().id());
  if (!known || !known->is_object()) return false;
  const auto records = known->value("records", std::size_t{0});
  return records > journal().records().size() ||
         (records > 0 && journal().records()[records - 1].hash != known->value("head", ""));
}

void Run::note() {
  // The index stays what the run that went on left there, until a person says that this one does.
  if (!behind_index()) remember();
}

void Run::remember() {
  json known = summary(state());
  known["records"] = journal().records().size();
  known["head"] = journal().head();
  (void)engine_.home.note(known);
}

// Why what happened since is not known here; empty: this is the run's own file.
Result<std::string> Run::copied() const {
  const std::string moved = "the run " + state().id() +
                            " was copied or restored from a backup: what happened to it "
                            "elsewhere is unknown here";
  if (behind_index()) return moved;
  if (state().request) {
    const std::optional<DecisionUse> use = TRY(engine_.home.use_of(state().request_sha256));
    if (use && !state().consumed)
      return "the decision on this request was used already: the file of the run " + state().id() +
             " is an older copy";
    if (use && use->token != token_of(journal(), state().request_sha256))
      return "the decision on this request was used already, by another copy of the run " +
             state().id();
    if (use && !knows(journal(), use->sent))
      return "the file of the run " + state().id() +
             " was restored from a backup: operations were sent that it does not know of";
  }
  if (!state().home.empty() && state().home != engine_.home.binding()) return moved;
  return std::string();
}

bool Run::came_here() const {
  const Result<std::string> why = copied();
  return why && !why->empty();
}

Status Run::check_home() {
  const std::string why = TRY(copied());
  if (why.empty()) {
    // The process that recorded it may have ended before it could say so to other copies.
    if (!state().consumed || !state().request) return Done{};
    return engine_.home.use_decision(state().request_sha256,
                                     token_of(journal(), state().request_sha256), state().id(),
                                     ledger_->now());
  }
  const bool undecided = !state().used && state().begun.empty() && state().decisions.empty();
  if (undecided && state().home != engine_.home.binding() && !behind_index()) {
    const std::optional<DecisionUse> use = TRY(engine_.home.use_of(state().request_sha256));
    if (!use)
      return ledger_->add(AdoptedRecord{.home = engine_.home.binding(),
                                        .closing = closing_key_here(),
                                        .why = "nothing had been decided when it came here"});
  }
  return fail({"in_doubt", why,
               "make sure that nobody goes on with it elsewhere, then: countersign settle " +
                   state().id() +
                   " --adopt --note \"how you know\"; what is left is then planned "
                   "and decided anew"});
}

// A decision counts once, whichever home folder and copy of the run it is used from (user_state.h).
// Who went past the quorum is reviewed.
Status Run::consume() {
  const std::optional<DecisionUse> earlier = TRY(engine_.home.use_of(state().request_sha256));
  if (earlier) return check_home();
  if (const Status bound = engine_.home.renew_binding(); !bound) return bound;
  const std::string token = to_hex(random_bytes(16));
  if (const Status kept =
          ledger_->add(ConsumedRecord{state().request_sha256, engine_.home.binding(), token});
      !kept)
    return kept;
  for (const Answer& answer : std::vector<Answer>(state().answers)) {
    if (answer.break_glass.empty() || answer.verdict != "approve") continue;
    const std::string slug = "reviewed-" + std::to_string(state().obligations.size() + 1);
    if (const Status kept = ledger_->add(ObligationRecord{
            .item = "attest",
            .slug = slug,
            .text = "The change that " + answer.person + " made by break-glass was reviewed by " +
                    "another person with the role " + answer.review,
            .why = answer.break_glass,
            .role = answer.review,
            .not_by = answer.person});
        !kept)
      return kept;
  }
  if (const Status synced = ledger_->sync(); !synced) return synced;
  const Status used =
      engine_.home.use_decision(state().request_sha256, token, state().id(), ledger_->now());
  return used || used.error().kind != "in_doubt" ? used : check_home();
}

std::string Run::adoption_subject() const {
  return countersign::adoption_subject(state(), engine_.home.binding(), closing_key_here(),
                                       journal().records().size(), journal().head());
}

// The key that closes runs here; empty where it cannot be read, which is said where it is needed.
std::string Run::closing_key_here() const {
  const Result<std::string> key = closing_key(engine_.authorizer);
  return key ? *key : std::string();
}

Status Run::adopt(const Signed& settlement) {
  if (is_final(state().status))
    return Error{"usage", "the run " + state().id() + " has ended already: it is " +
                              to_string(state().status)};
  const std::string why = TRY(copied());
  if (why.empty())
    return Error{"usage", "the run " + state().id() + " belongs to this state folder already",
                 "go on with it: countersign resume " + state().id()};
  const Time time = TRY(now());
  const Answer answer = TRY(engine_.authorizer.examine(adoption_subject(), settlement, time));
  if (answer.type != "settlement" || answer.verdict != "adopt")
    return Error{"refused", "the document does not adopt the run"};
  if (const Status placed = in_chain(to_string(RecordKind::adopted), json::object(), settlement);
      !placed)
    return placed;
  const SignedAnswer taken = TRY(kept_answer(settlement, answer));
  if (const Status kept = ledger_->add(AdoptedRecord{
          .home = engine_.home.binding(), .closing = closing_key_here(), .answer = taken});
      !kept)
    return kept;
  // What is in doubt is settled by the plan it was begun under.
  if (state().begun.empty())
    if (const Status voided = void_taken_over(); !voided) return voided;
  if (const Status done = rest(RunStatus::running); !done) return done;
  remember();
  return Done{};
}

// A decision that was taken in before the run was taken over may have been used elsewhere.
const Record* Run::taken_over() const {
  const auto& records = journal().records();
  for (auto record = records.rbegin(); record != records.rend() && state().plan; ++record) {
    if (is<PlanRecord>(*record)) return nullptr;
    if (is<AdoptedRecord>(*record) && answer_in(*record)) return &*record;
  }
  return nullptr;
}

Status Run::void_taken_over() {
  const Record* record = taken_over();
  if (!record) return Done{};
  return ledger_->add(PlanVoidedRecord{"the run was taken over by " + answer_in(*record)->person +
                                       ", so what was decided before does not count any more"});
}

}  // namespace countersign
