// What the records of a journal hold: one struct for each kind, written and read here and nowhere
// else (docs/formats/journal.md is made from the same descriptions).
//
// A member that is no std::optional is always written. Some came with a later version than the
// first: they may be missing in an older record, and then keep what they are initialized with.
// Members of a record that no description names are left alone: a newer version wrote them.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"
#include "interpreter/journal.h"
#include "interpreter/record_words.h"

namespace countersign {

using json = nlohmann::json;

// Parts of records

struct RunbookPart {
  std::string name, title, chunk;
  std::optional<std::string> path;
  std::string folder, sha256;
  json head = json::object();
};

struct SnapshotPart {
  std::vector<std::string> scopes, volatile_fields;
};

struct BreakGlassPart {
  std::string reason, review;
};

// A signed answer that was taken in: its bytes, and what they were found to say.
struct SignedAnswer {
  std::string document, signature;
  AnswerType type = AnswerType::decision;
  AnswerVerdict verdict = AnswerVerdict::approve;
  std::string principal, person;
  std::vector<std::string> roles;
  std::string reference, reason;
  std::map<std::string, std::string> trust;
  std::optional<Time> not_before, not_after;
  std::optional<BreakGlassPart> break_glass;
};

// A changing operation that is known to be done.
struct AppliedOperation {
  int n = 0;
  std::string operation, phase, where;
  json arguments;
  std::optional<json> before;
  std::optional<json> after;         // as it was signed, placeholders not filled in
  std::vector<std::string> affects;  // pointers that it might change besides its target
  std::string target;
  std::string made;        // where snapshots hold what a create made; empty: it made nothing
  std::set<int> built_on;  // the operations whose results its arguments hold
};

struct AdjacentPart {
  std::string profile, state;
};

struct TakenPhase {
  json value;
  Time ended = 0;
};

struct TakenOutcome {
  int n = 0;
  std::string operation;
  json value;
};

// Records

struct RunStartedRecord {
  int version = 1;
  std::string run;
  RunbookPart runbook;
  std::map<std::string, std::string> prelude, rows;
  json parameters = json::object(), secrets = json::object(), profile = json::object();
  std::string account;
  json endpoint = json::object();
  std::optional<json> systems;
  std::string instance;
  SnapshotPart snapshots;
  std::string home, closing, principal;
};

struct ModuleRecord {
  std::string name, chunk, sha256;
  std::optional<std::string> path;
};

struct ItemsRecord {
  std::vector<bool> wanted;
};

struct PhaseStartedRecord {
  std::string phase;
  PhaseKind kind = PhaseKind::read;
  std::optional<std::vector<std::string>> holes;
};

struct PhaseFinishedRecord {
  std::string phase;
  json value;
};

struct PhaseSkippedRecord {
  std::string phase;
};

struct PlanRecord {
  std::string document;
};

struct PlanVoidedRecord {
  std::string why;
};

struct RequestRecord {
  std::string document;
  std::optional<std::string> signature;
  std::map<std::string, std::string> trust;
  std::optional<std::string> baselines;
};

struct DecisionRecord {
  SignedAnswer answer;
};

struct ConsumedRecord {
  std::string request_sha256, home, token;
};

struct IntentRecord {
  std::string key, phase;
  int n = 0;
  std::string operation, target;
  json arguments;
  std::string where;
  std::optional<json> before;
};

struct OutcomeRecord {
  std::string key, operation;
  std::optional<std::string> arguments_sha256;
  std::optional<json> value;
  std::optional<Error> error;
  std::optional<std::string> made;
  std::optional<SettledBy> settled;
};

struct SettledRecord {
  std::string key;
  AnswerVerdict verdict = AnswerVerdict::not_applied;
  std::string by;
  // A person's word; nothing: what is there settled it, and `by` is "lookup" or "state".
  std::optional<SignedAnswer> answer;
  std::optional<std::string> corrects;  // the document of the settlement that was wrong
};

struct ProbeRecord {
  std::string key, found;
};

struct StepRecord {
  std::string key, phase, where, title;
};

struct CheckRecord {
  std::string key, phase, where, title;
  bool ok = false;
  std::optional<json> detail;
};

struct NoteRecord {
  std::string key, phase, where, text;
};

struct FindingRecord {
  std::string key, phase;
  std::optional<std::string> where;
  std::optional<std::string> symptom, title;
  std::string cause;
  Severity severity = Severity::medium;
  std::optional<json> evidence, escalation, inform, affects, fix, tell, look_again;
  std::optional<AdjacentPart> adjacent;
};

struct BracketRecord {
  std::string phase;
  BracketSide side = BracketSide::before;
  std::string document;
  std::optional<std::string> baselines;
  std::optional<std::map<std::string, std::string>> reverted;
};

struct WaitStartedRecord {
  std::string phase;
  Time seconds = 0, until = 0;
};

struct WaitConditionRecord {
  std::string phase;
  int attempt = 0;
  Time until = 0;
};

struct WaitLookRecord {
  std::string phase;
  int attempt = 0;
  Time next = 0;
};

struct AttestationRecord {
  std::string item;
  SignedAnswer answer;
};

struct SignOffRecord {
  SignedAnswer answer;
};

struct StatusRecord {
  RunStatus status = RunStatus::running;
  std::optional<Error> error;
  std::optional<bool> halted;
  std::optional<Time> opens;
  std::optional<std::string> why;
};

struct ObligationRecord {
  std::string item, slug, text, why;
  std::optional<std::string> role, not_by, foreign;
  std::optional<json> paths;
};

struct LatchRecord {
  std::vector<std::string> latches, accounts;
  std::string rule, cause, finding;
};

struct EvidenceVoidedRecord {
  std::string by;
  Time at = 0;
  std::vector<std::string> phases, items;
};

struct AdoptedRecord {
  std::string home, closing;
  std::optional<std::string> why;      // nobody had to answer
  std::optional<SignedAnswer> answer;  // somebody did
};

struct UndoRecord {
  bool is_signed = false;
  Error error;
  std::vector<std::string> phases, stays;
};

struct RunReopenedRecord {
  Way way = Way::look_again;
  std::string by;
  RunStatus status = RunStatus::failed;
  std::optional<Error> error;
  std::vector<std::string> phases, items;
  bool drops_undo = false, undo_anew = false;
  std::optional<std::map<std::string, std::string>> rows;
};

struct TakenOverRecord {
  std::string run, by, head;
  RunStatus status = RunStatus::failed;
  std::vector<std::string> runs;
  std::map<std::string, TakenPhase> phases;
  std::vector<std::string> skipped;
  std::string current;
  std::vector<AppliedOperation> confirmed;
  std::map<int, json> results;
  std::map<std::string, TakenOutcome> outcomes;
  std::map<std::string, json> brackets;
  std::map<std::string, std::vector<std::string>> holes;
  std::vector<json> checks, notes, findings, failures;
  Time began = 0, changed_at = 0;
  int last_n = 0;
};

struct ClosedRecord {
  std::string document, signature;
};

// The one list of kinds: its name here, its text in the journal, its struct.
#define COUNTERSIGN_RECORD_KINDS(X)                           \
  X(run_started, "run.started", RunStartedRecord)             \
  X(module, "module", ModuleRecord)                           \
  X(items, "items", ItemsRecord)                              \
  X(phase_started, "phase.started", PhaseStartedRecord)       \
  X(phase_finished, "phase.finished", PhaseFinishedRecord)    \
  X(phase_skipped, "phase.skipped", PhaseSkippedRecord)       \
  X(plan, "plan", PlanRecord)                                 \
  X(plan_voided, "plan.voided", PlanVoidedRecord)             \
  X(request, "request", RequestRecord)                        \
  X(decision, "decision", DecisionRecord)                     \
  X(consumed, "consumed", ConsumedRecord)                     \
  X(intent, "intent", IntentRecord)                           \
  X(outcome, "outcome", OutcomeRecord)                        \
  X(settled, "settled", SettledRecord)                        \
  X(probe, "probe", ProbeRecord)                              \
  X(step, "step", StepRecord)                                 \
  X(check, "check", CheckRecord)                              \
  X(note, "note", NoteRecord)                                 \
  X(finding, "finding", FindingRecord)                        \
  X(bracket, "bracket", BracketRecord)                        \
  X(wait_started, "wait.started", WaitStartedRecord)          \
  X(wait_condition, "wait.condition", WaitConditionRecord)    \
  X(wait_look, "wait.look", WaitLookRecord)                   \
  X(attestation, "attestation", AttestationRecord)            \
  X(sign_off, "sign_off", SignOffRecord)                      \
  X(status, "status", StatusRecord)                           \
  X(obligation, "obligation", ObligationRecord)               \
  X(latch, "latch", LatchRecord)                              \
  X(evidence_voided, "evidence.voided", EvidenceVoidedRecord) \
  X(adopted, "adopted", AdoptedRecord)                        \
  X(undo, "undo", UndoRecord)                                 \
  X(run_reopened, "run.reopened", RunReopenedRecord)          \
  X(taken_over, "taken_over", TakenOverRecord)                \
  X(closed, "closed", ClosedRecord)

#define COUNTERSIGN_NAME(name, text, Struct) name,
enum class RecordKind : std::uint8_t { COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_NAME) };
#undef COUNTERSIGN_NAME

#define COUNTERSIGN_TEXT(name, text, Struct) text,
template <>
inline constexpr std::array kTexts<RecordKind> = {COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_TEXT)};
#undef COUNTERSIGN_TEXT

namespace journal_format {
template <class None, class... Structs>
struct List {
  using Variant = std::variant<Structs...>;
};
#define COUNTERSIGN_STRUCT(name, text, Struct) , Struct
using Kinds = List<void COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_STRUCT)>;
#undef COUNTERSIGN_STRUCT
}  // namespace journal_format

using JournalEntry = journal_format::Kinds::Variant;

#define COUNTERSIGN_KIND(name, text, Struct)    \
  constexpr RecordKind kind_of(const Struct*) { \
    return RecordKind::name;                    \
  }                                             \
  json to_json(const Struct& body);             \
  Result<Struct> read_body(const json& body, const Struct*);
COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_KIND)
#undef COUNTERSIGN_KIND

// The kind of a record; nothing: a newer version's.
std::optional<RecordKind> kind_of(const Record& record);

template <class R>
bool is(const Record& record) {
  return record.kind == to_string(kind_of(static_cast<const R*>(nullptr)));
}

// The body as that struct. Errors (kind "state"): which field is missing or of another type.
template <class R>
Result<R> body_as(const json& body) {
  return read_body(body, static_cast<const R*>(nullptr));
}

// The body of a record that is of that kind; nothing: it is of another one, or has not its form.
template <class R>
std::optional<R> as(const Record& record) {
  if (!is<R>(record)) return std::nullopt;
  Result<R> body = body_as<R>(record.body);
  return body ? std::optional<R>(std::move(*body)) : std::nullopt;
}

// Errors (kind "state"): the record's number, its kind, and the field that is missing or of another
// type; a kind that this version does not know.
Result<JournalEntry> entry_of(const Record& record);

// The signed answer of a record, of whatever kind; nothing: it has none.
std::optional<SignedAnswer> answer_in(const Record& record);

// What a record says that a signed answer was found to say.
Answer answer_of(const SignedAnswer& kept);

json to_json(const AppliedOperation& one);

// For docs/formats/journal.md: each kind with the fields of its body.
struct FieldText {
  std::string name, type, presence, meaning;
};
struct KindText {
  std::string name;  // of a kind in the journal, or of a part
  std::string meaning;
  std::vector<FieldText> fields;
};
std::vector<KindText> record_texts();
std::vector<KindText> part_texts();

}  // namespace countersign
