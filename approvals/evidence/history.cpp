#include "approvals/evidence/history.h"

#include "approvals/evidence/history_cursor.h"
#include "interpreter/canonical.h"
#include "interpreter/closing.h"
#include "interpreter/journal_format.h"
#include "interpreter/placeholder.h"

namespace countersign {
namespace {

// The digests of documents that a record of this version names for certain.
void names_of(const json& value, std::set<std::string>& out) {
  if (is_handle(value, "snapshot") || is_handle(value, "document")) {
    out.insert(handle_id(value));
    return;
  }
  if (value.is_structured())
    for (const json& part : value) names_of(part, out);
}

std::set<std::string> names_of(const Record& record) {
  std::set<std::string> out;
  names_of(record.body, out);
  for (const char* key : {"document", "signature", "baselines"})
    if (const json value = record.body.value(key, json()); value.is_string())
      out.insert(value.get<std::string>());
  const auto all = [&](const json& map) {
    for (const json& one : map)
      if (one.is_string()) out.insert(one.get<std::string>());
  };
  all(record.body.value("trust", json::object()));
  if (const auto started = as<RunStartedRecord>(record)) {
    for (const auto& [name, sha256] : started->prelude) out.insert(sha256);
    out.insert(started->runbook.sha256);
  } else if (const auto module = as<ModuleRecord>(record)) {
    out.insert(module->sha256);
  }
  return out;
}

constexpr std::size_t kMostPlans = 500;

// After one of these a run goes nowhere.
bool is_over(RunStatus status) {
  return is_final(status) && status != RunStatus::failed;
}

std::optional<VerificationError> check_record(HistoryCursor& now) {
  const std::optional<RecordKind> kind = kind_of(now.record());
  if ((kind == RecordKind::run_started) != (now.at == 0))
    return now.wrong("a journal begins with the start of a run, and has one start");
  if (now.at == 0) {
    if (now.body().value("version", json()) != 1)
      return now.wrong("the run was written by a newer version of Countersign, in the form " +
                       now.body().value("version", json()).dump() +
                       ": verify it with the version that wrote it");
    return std::nullopt;
  }
  // What opened on the way is answered for however the run ended.
  const bool owed =
      kind == RecordKind::attestation && now.obligations.count(now.body().value("item", "")) > 0;
  // One that failed may be gone on with, by a word that is recorded; it is closed anew then.
  const bool goes_on = !is_over(now.state.status) &&
                       (kind == RecordKind::run_reopened || kind == RecordKind::taken_over);
  if ((is_over(now.state.status) || now.state.closed) && !owed && !goes_on &&
      kind != RecordKind::closed)
    return now.wrong(std::string("the run had ended before it: it was ") +
                     to_string(now.state.status));
  // What follows looks at fields that a record of its kind has.
  if (const Result<JournalEntry> entry = entry_of(now.record()); !entry)
    return now.wrong(entry.error().message);
  if (kind == RecordKind::request) return check_request(now);
  if (kind == RecordKind::consumed) return check_consumed(now);
  if (kind == RecordKind::intent) return check_intent(now);
  if (kind == RecordKind::outcome) return check_outcome(now);
  if (kind == RecordKind::phase_finished) return check_phase_finished(now);
  if (kind == RecordKind::phase_started || kind == RecordKind::phase_skipped ||
      kind == RecordKind::wait_started)
    return check_phase_order(now);
  if (kind == RecordKind::status) return check_status(now);
  if (kind == RecordKind::closed) return check_closed(now);
  if (kind == RecordKind::decision || kind == RecordKind::attestation ||
      kind == RecordKind::sign_off || now.body().contains("signature"))
    return check_answer(now);
  if (kind == RecordKind::settled) return check_settled(now);
  if (kind == RecordKind::taken_over && (now.state.plan || !now.state.confirmed.empty()))
    return now.wrong("another run's work was taken over when this one had work of its own");
  if (kind == RecordKind::undo && !now.undoing.empty())
    return now.wrong("earlier changes were to be undone before, and are undone once");
  if (kind == RecordKind::plan && ++now.plans > kMostPlans)
    return now.wrong("no run is planned more than " + std::to_string(kMostPlans) + " times");
  return std::nullopt;
}

void remember(HistoryCursor& now) {
  const Record& record = now.record();
  if (const auto consumed = as<ConsumedRecord>(record))
    now.consumed.insert(consumed->request_sha256);
  if (auto bracket = as<BracketRecord>(record); bracket && bracket->side == BracketSide::after) {
    if (bracket->baselines) now.baselines[bracket->phase] = *bracket->baselines;
    now.reverted[bracket->phase] =
        bracket->reverted ? std::move(*bracket->reverted) : std::map<std::string, std::string>();
  }
  if (const auto obligation = as<ObligationRecord>(record))
    now.obligations[obligation->slug] = record.body;
  if (const auto undo = as<UndoRecord>(record))
    now.undoing.insert(undo->phases.begin(), undo->phases.end());
  if (const auto reopened = as<RunReopenedRecord>(record); reopened && reopened->drops_undo)
    now.undoing.clear();
  if (const auto taken = as<TakenOverRecord>(record)) now.looked.taken_over = taken->run;
  if (is<CheckRecord>(record)) ++now.looked.checks;
}

// What is not asked any more: a correction took back what it followed from.
void forget_obligations(HistoryCursor& now) {
  std::set<std::string> open;
  for (const json& one : now.state.obligations) open.insert(one.value("slug", ""));
  std::erase_if(now.obligations, [&](const auto& one) { return open.count(one.first) == 0; });
}

}  // namespace

std::optional<VerificationError> check_documents(const std::vector<Record>& records,
                                                 const Documents& documents) {
  for (const Record& record : records) {
    try {
      for (const std::string& sha256 : names_of(record))
        if (!documents.get(sha256))
          return VerificationError{"documents/" + sha256, record.seq,
                                   "it is missing; this record names it"};
    } catch (const json::exception&) {
      return VerificationError{"journal.jsonl", record.seq,
                               "it has not the form that this version knows"};
    }
  }
  return std::nullopt;
}

std::optional<VerificationError> check_history(const std::vector<Record>& records,
                                               const Documents& documents, TrustHistory& trust,
                                               VerificationCounts& looked) {
  HistoryCursor now{records, documents, trust, looked};
  for (; now.at < records.size(); ++now.at) {
    try {
      if (auto flaw = check_record(now)) return flaw;
      remember(now);
      if (const Status applied = now.state.apply(now.record(), documents); !applied)
        return now.wrong("it cannot be read: " + applied.error().message);
      if (is<SettledRecord>(now.record())) forget_obligations(now);
    } catch (const json::exception&) {
      return now.wrong("it has not the form that this version knows");
    } catch (const std::logic_error&) {
      return now.wrong("it holds a value that no record can have");
    }
  }
  return std::nullopt;
}

}  // namespace countersign
