#include "interpreter/journal_format.h"

#include <charconv>
#include <tuple>
#include <type_traits>

namespace countersign {
namespace {

// How a field is described, and so read, written and shown.

enum class Presence {
  always,
  later,   // always written; older records lack it
  if_set,  // of an optional: written where there is one
  or_null  // of an optional: null is written where there is none
};

template <class S, class M>
struct Field {
  const char* name;
  M S::*member;
  Presence presence;
  const char* meaning;
  bool is_object = false;  // of JSON: nothing else will do
};

// An optional value as a list of one, so that null can be told from nothing.
template <class S>
struct Boxed {
  const char* name;
  std::optional<json> S::*member;
  const char* meaning;
};

// A part whose fields stand among those of the record.
template <class S, class M>
struct Inlined {
  M S::*member;
  const char* sign;  // of an optional part: the field that is there where the part is
  const char* meaning;
};

template <class M>
constexpr bool kOptional = false;
template <class T>
constexpr bool kOptional<std::optional<T>> = true;

template <class S, class M>
constexpr Field<S, M> field(const char* name, M S::*member, const char* meaning) {
  return {name, member, kOptional<M> ? Presence::if_set : Presence::always, meaning};
}
template <class S, class M>
constexpr Field<S, M> later(const char* name, M S::*member, const char* meaning) {
  return {name, member, Presence::later, meaning};
}
template <class S, class M>
constexpr Field<S, M> or_null(const char* name, M S::*member, const char* meaning) {
  return {name, member, Presence::or_null, meaning};
}
template <class S>
constexpr Field<S, json> object(const char* name, json S::*member, const char* meaning) {
  return {name, member, Presence::always, meaning, true};
}
template <class S>
constexpr Boxed<S> boxed(const char* name, std::optional<json> S::*member, const char* meaning) {
  return {name, member, meaning};
}
template <class S, class M>
constexpr Inlined<S, M> inlined(M S::*member, const char* sign, const char* meaning) {
  return {member, sign, meaning};
}

template <class S>
struct Description;

template <class S>
concept Described = requires {
  Description<S>::fields();
};

// Parts

template <>
struct Description<RunbookPart> {
  static constexpr const char* kName = "runbook";
  static constexpr const char* kMeaning = "the script that a run began with";
  static auto fields() {
    using S = RunbookPart;
    return std::tuple{
        field("name", &S::name, "as its head names it"),
        field("title", &S::title, "for people"),
        field("chunk", &S::chunk, "the name that errors show"),
        field("path", &S::path, "the file, absolute"),
        field("folder", &S::folder, "where its modules are"),
        field("sha256", &S::sha256, "the document with its text"),
        object("head", &S::head, "its head as data: procedure, rails, done and the rest")};
  }
};

template <>
struct Description<SnapshotPart> {
  static constexpr const char* kName = "snapshots";
  static constexpr const char* kMeaning = "what the snapshots of a run hold";
  static auto fields() {
    using S = SnapshotPart;
    return std::tuple{field("scopes", &S::scopes, "the parts of the account"),
                      field("volatile", &S::volatile_fields, "pointers to what is not compared")};
  }
};

template <>
struct Description<BreakGlassPart> {
  static constexpr const char* kName = "break_glass";
  static constexpr const char* kMeaning = "why an approval goes past the quorum";
  static auto fields() {
    using S = BreakGlassPart;
    return std::tuple{field("reason", &S::reason, "why"),
                      field("review", &S::review, "the role that reviews it afterwards")};
  }
};

template <>
struct Description<SignedAnswer> {
  static constexpr const char* kName = "signed answer";
  static constexpr const char* kMeaning = "what a person signed, and what it was found to say";
  static auto fields() {
    using S = SignedAnswer;
    return std::tuple{
        field("document", &S::document, "the document that was signed"),
        field("signature", &S::signature, "the document with the signature over it"),
        field("type", &S::type, "of the answer"),
        field("verdict", &S::verdict, "what it says"),
        field("principal", &S::principal, "whose key signed, as allowed_signers names it"),
        field("person", &S::person, "the person of the policy that the principal belongs to"),
        field("roles", &S::roles, "of that person"),
        field("reference", &S::reference, "the written approval that it refers to; may be empty"),
        field("reason", &S::reason, "why, or the note; may be empty"),
        field("trust", &S::trust, "trust files of the moment: name to document"),
        field("not_before", &S::not_before, "of an approval: from when on it may be used"),
        field("not_after", &S::not_after, "of an approval: until when"),
        field("break_glass", &S::break_glass, "of an approval that goes past the quorum")};
  }
};

template <>
struct Description<AppliedOperation> {
  static constexpr const char* kName = "confirmed operation";
  static constexpr const char* kMeaning = "a changing operation that is known to be done";
  static auto fields() {
    using S = AppliedOperation;
    return std::tuple{
        field("n", &S::n, "its number in the plan that it was carried out under"),
        field("operation", &S::operation, "its name"),
        field("phase", &S::phase, "the phase it belongs to"),
        field("where", &S::where, "script:line"),
        field("arguments", &S::arguments, "as they were sent"),
        boxed("before", &S::before, "the state that it started from"),
        boxed("after", &S::after, "the state that was signed"),
        field("affects", &S::affects, "pointers that it might change besides its target"),
        field("target", &S::target, "pointer into the account's snapshot"),
        field("made", &S::made, "where snapshots hold what it created; may be empty"),
        later("built_on", &S::built_on, "the operations whose results its arguments hold")};
  }
};

template <>
struct Description<AdjacentPart> {
  static constexpr const char* kName = "adjacent";
  static constexpr const char* kMeaning = "the state of an adjacent account that was found changed";
  static auto fields() {
    using S = AdjacentPart;
    return std::tuple{field("profile", &S::profile, "the account"),
                      field("state", &S::state, "digest of its state")};
  }
};

template <>
struct Description<TakenPhase> {
  static constexpr const char* kName = "taken phase";
  static constexpr const char* kMeaning = "a finished phase of the run that is taken over";
  static auto fields() {
    using S = TakenPhase;
    return std::tuple{field("value", &S::value, "what it returned"),
                      field("ended", &S::ended, "when")};
  }
};

template <>
struct Description<TakenOutcome> {
  static constexpr const char* kName = "taken outcome";
  static constexpr const char* kMeaning =
      "what an operation of the run that is taken over returned";
  static auto fields() {
    using S = TakenOutcome;
    return std::tuple{field("n", &S::n, "its number; 0: it changed nothing"),
                      field("operation", &S::operation, "its name"),
                      field("value", &S::value, "what it returned")};
  }
};

// Records

template <>
struct Description<RunStartedRecord> {
  static constexpr const char* kMeaning = "The run begins; the first record, and no other.";
  static auto fields() {
    using S = RunStartedRecord;
    return std::tuple{
        field("version", &S::version, "of the journal's form: 1"),
        field("run", &S::run, "the run's id"),
        field("runbook", &S::runbook, "the script"),
        field("prelude", &S::prelude, "files of the language: name to document"),
        field("rows", &S::rows, "operations: name to digest of the row"),
        object("parameters", &S::parameters, "name to value; secrets are handles"),
        object("secrets", &S::secrets, "secret parameters: name to the reference that was given"),
        object("profile", &S::profile, "the profile's facts"),
        field("account", &S::account, "the account that is worked on"),
        object("endpoint", &S::endpoint, "where the account is"),
        field("systems", &S::systems, "the account of each system of the profile"),
        later("instance", &S::instance, "of a simulator; may be empty"),
        field("snapshots", &S::snapshots, "what snapshots hold"),
        field("home", &S::home, "binding of the home folder"),
        later("closing", &S::closing, "public key that closes the run; may be empty"),
        field("principal", &S::principal, "who started it; may be empty")};
  }
};

template <>
struct Description<ModuleRecord> {
  static constexpr const char* kMeaning = "A module that the script requires.";
  static auto fields() {
    using S = ModuleRecord;
    return std::tuple{field("name", &S::name, "as the script requires it"),
                      field("chunk", &S::chunk, "the name that errors show"),
                      field("sha256", &S::sha256, "the document with its text"),
                      field("path", &S::path, "the file, absolute")};
  }
};

template <>
struct Description<ItemsRecord> {
  static constexpr const char* kMeaning = "Which items of the checklist apply to the run.";
  static auto fields() {
    using S = ItemsRecord;
    return std::tuple{field("wanted", &S::wanted, "one for each item of `done`, in its order")};
  }
};

template <>
struct Description<PhaseStartedRecord> {
  static constexpr const char* kMeaning = "A phase begins.";
  static auto fields() {
    using S = PhaseStartedRecord;
    return std::tuple{
        field("phase", &S::phase, "its name"), field("kind", &S::kind, "read or mutate"),
        field("holes", &S::holes,
              "of a mutating phase: the read phases that it sees by their promises alone")};
  }
};

template <>
struct Description<PhaseFinishedRecord> {
  static constexpr const char* kMeaning = "A phase or a wait has ended.";
  static auto fields() {
    using S = PhaseFinishedRecord;
    return std::tuple{field("phase", &S::phase, "its name"),
                      field("value", &S::value, "what it returned")};
  }
};

template <>
struct Description<PhaseSkippedRecord> {
  static constexpr const char* kMeaning = "A phase does not apply to the run.";
  static auto fields() {
    using S = PhaseSkippedRecord;
    return std::tuple{field("phase", &S::phase, "its name")};
  }
};

template <>
struct Description<PlanRecord> {
  static constexpr const char* kMeaning =
      "What is left was planned: a draft, which a request is made from.";
  static auto fields() {
    using S = PlanRecord;
    return std::tuple{field("document", &S::document, "the document with the plan")};
  }
};

template <>
struct Description<PlanVoidedRecord> {
  static constexpr const char* kMeaning =
      "The plan, its request and its decisions count no longer.";
  static auto fields() {
    using S = PlanVoidedRecord;
    return std::tuple{field("why", &S::why, "why; may be empty")};
  }
};

template <>
struct Description<RequestRecord> {
  static constexpr const char* kMeaning = "A decision on the plan is asked for.";
  static auto fields() {
    using S = RequestRecord;
    return std::tuple{
        field("document", &S::document, "the document with the request (request.md)"),
        field("signature", &S::signature, "the document with the requester's signature"),
        field("trust", &S::trust, "trust files of the moment: name to document"),
        field("baselines", &S::baselines, "the document with the states of adjacent accounts")};
  }
};

template <>
struct Description<DecisionRecord> {
  static constexpr const char* kMeaning = "A decision on the request was taken in.";
  static auto fields() {
    return std::tuple{inlined(&DecisionRecord::answer, nullptr, "the decision")};
  }
};

template <>
struct Description<ConsumedRecord> {
  static constexpr const char* kMeaning = "The decision is used, once.";
  static auto fields() {
    using S = ConsumedRecord;
    return std::tuple{field("request_sha256", &S::request_sha256, "the request's document"),
                      later("home", &S::home, "binding of the home folder"),
                      later("token", &S::token, "that nobody else has")};
  }
};

template <>
struct Description<IntentRecord> {
  static constexpr const char* kMeaning =
      "A changing operation is about to be sent. It is in doubt until its outcome.";
  static auto fields() {
    using S = IntentRecord;
    return std::tuple{field("key", &S::key, "its place in the script's walk"),
                      field("phase", &S::phase, "the phase it belongs to"),
                      field("n", &S::n, "its number in the plan"),
                      field("operation", &S::operation, "its name"),
                      field("target", &S::target, "pointer into the account's snapshot"),
                      field("arguments", &S::arguments, "as they are sent, placeholders filled in"),
                      field("where", &S::where, "script:line"),
                      boxed("before", &S::before, "the state that it starts from")};
  }
};

template <>
struct Description<OutcomeRecord> {
  static constexpr const char* kMeaning = "What an operation came to: `value` or `error`.";
  static auto fields() {
    using S = OutcomeRecord;
    return std::tuple{
        field("key", &S::key, "its place in the script's walk"),
        field("operation", &S::operation, "its name"),
        field("arguments_sha256", &S::arguments_sha256, "digest of the arguments as asked"),
        field("value", &S::value, "what it returned"),
        field("error", &S::error, "why it failed"),
        field("made", &S::made, "where snapshots hold what it created"),
        field("settled", &S::settled, "of one that was in doubt: by what it is known")};
  }
};

template <>
struct Description<SettledRecord> {
  static constexpr const char* kMeaning = "An operation in doubt is settled.";
  static auto fields() {
    using S = SettledRecord;
    return std::tuple{
        field("key", &S::key, "of the operation"),
        inlined(&S::answer, "signature", "a person's settlement"),
        field("verdict", &S::verdict, "applied or not-applied"),
        field("by", &S::by, "the person; `lookup` or `state` where what is there settled it"),
        field("corrects", &S::corrects,
              "of a correction: the document of what was settled wrongly")};
  }
};

template <>
struct Description<ProbeRecord> {
  static constexpr const char* kMeaning =
      "An operation in doubt was looked at, and nothing of it is there yet.";
  static auto fields() {
    using S = ProbeRecord;
    return std::tuple{field("key", &S::key, "of the operation"),
                      field("found", &S::found, "\"not applied\"")};
  }
};

template <>
struct Description<StepRecord> {
  static constexpr const char* kMeaning = "A step of a mutating phase begins.";
  static auto fields() {
    using S = StepRecord;
    return std::tuple{field("key", &S::key, "its place in the script's walk"),
                      field("phase", &S::phase, "the phase it belongs to"),
                      field("where", &S::where, "script:line"),
                      field("title", &S::title, "for people")};
  }
};

template <>
struct Description<CheckRecord> {
  static constexpr const char* kMeaning = "A check of the script.";
  static auto fields() {
    using S = CheckRecord;
    return std::tuple{field("key", &S::key, "its place in the script's walk"),
                      field("phase", &S::phase, "the phase it belongs to"),
                      field("where", &S::where, "script:line"),
                      field("title", &S::title, "what is checked"),
                      field("ok", &S::ok, "whether it passed"),
                      field("detail", &S::detail, "what was seen")};
  }
};

template <>
struct Description<NoteRecord> {
  static constexpr const char* kMeaning = "A note of the script.";
  static auto fields() {
    using S = NoteRecord;
    return std::tuple{field("key", &S::key, "its place in the script's walk"),
                      field("phase", &S::phase, "the phase it belongs to"),
                      field("where", &S::where, "script:line"),
                      field("text", &S::text, "for people")};
  }
};

template <>
struct Description<FindingRecord> {
  static constexpr const char* kMeaning =
      "A finding of the script, or of the engine about an adjacent account.";
  static auto fields() {
    using S = FindingRecord;
    return std::tuple{
        field("key", &S::key, "its place in the script's walk"),
        field("phase", &S::phase, "the phase it belongs to"),
        field("where", &S::where, "script:line; not of the engine's"),
        field("symptom", &S::symptom, "how it shows"),
        field("title", &S::title, "what it is, in words"),
        field("cause", &S::cause, "what is wrong"),
        field("severity", &S::severity, "one of severity high blocks other runs of the account"),
        field("evidence", &S::evidence, "what was seen"),
        field("escalation", &S::escalation, "the rule of escalation that it meets"),
        field("inform", &S::inform, "the role that is informed"),
        field("affects", &S::affects, "profiles that are blocked too"),
        field("fix", &S::fix, "what fixes it"),
        field("tell", &S::tell, "what the reporter is told where there is no fix"),
        field("look_again", &S::look_again, "when it is looked at once more"),
        field("adjacent", &S::adjacent, "the adjacent account that it is about")};
  }
};

template <>
struct Description<BracketRecord> {
  static constexpr const char* kMeaning = "What is there before or after a mutating phase.";
  static auto fields() {
    using S = BracketRecord;
    return std::tuple{
        field("phase", &S::phase, "the phase"), field("side", &S::side, "before or after"),
        field("document", &S::document, "the document with the snapshot"),
        field("baselines", &S::baselines, "the document with the states of adjacent accounts"),
        field("reverted", &S::reverted,
              "adjacent accounts that another run put back: profile to its id")};
  }
};

template <>
struct Description<WaitStartedRecord> {
  static constexpr const char* kMeaning = "A wait begins.";
  static auto fields() {
    using S = WaitStartedRecord;
    return std::tuple{field("phase", &S::phase, "its name"),
                      field("seconds", &S::seconds, "how long it takes"),
                      field("until", &S::until, "when it is over")};
  }
};

template <>
struct Description<WaitConditionRecord> {
  static constexpr const char* kMeaning = "What a wait waits for is not so yet.";
  static auto fields() {
    using S = WaitConditionRecord;
    return std::tuple{field("phase", &S::phase, "its name"),
                      field("attempt", &S::attempt, "how often it was looked at"),
                      field("until", &S::until, "when it is looked at next")};
  }
};

template <>
struct Description<WaitLookRecord> {
  static constexpr const char* kMeaning = "What would end a wait early is not so yet.";
  static auto fields() {
    using S = WaitLookRecord;
    return std::tuple{field("phase", &S::phase, "its name"),
                      field("attempt", &S::attempt, "how often it was looked at"),
                      field("next", &S::next, "when it is looked at next")};
  }
};

template <>
struct Description<AttestationRecord> {
  static constexpr const char* kMeaning = "A person answered an item of the checklist.";
  static auto fields() {
    using S = AttestationRecord;
    return std::tuple{field("item", &S::item, "its slug"),
                      inlined(&S::answer, nullptr, "the attestation")};
  }
};

template <>
struct Description<SignOffRecord> {
  static constexpr const char* kMeaning = "A person signed the run off.";
  static auto fields() {
    return std::tuple{inlined(&SignOffRecord::answer, nullptr, "the sign-off")};
  }
};

template <>
struct Description<StatusRecord> {
  static constexpr const char* kMeaning = "Where the run stands from here on.";
  static auto fields() {
    using S = StatusRecord;
    return std::tuple{
        field("status", &S::status, "its status"), field("error", &S::error, "why it stopped"),
        field("halted", &S::halted, "true: it goes on as it is once what halts it is over"),
        field("opens", &S::opens, "when it goes on by itself"),
        field("why", &S::why, "what it waits for until then")};
  }
};

template <>
struct Description<ObligationRecord> {
  static constexpr const char* kMeaning =
      "An item that opened on the way: people have to answer it.";
  static auto fields() {
    using S = ObligationRecord;
    return std::tuple{
        field("item", &S::item, "\"attest\""),
        field("slug", &S::slug, "what it is answered by"),
        field("text", &S::text, "what is asked"),
        field("why", &S::why, "why it opened"),
        field("role", &S::role, "who may answer"),
        field("not_by", &S::not_by, "the person who may not"),
        field("foreign", &S::foreign, "the phase during which somebody else changed something"),
        field("paths", &S::paths, "what that was, as differences")};
  }
};

template <>
struct Description<LatchRecord> {
  static constexpr const char* kMeaning = "A finding of severity high blocks changes.";
  static auto fields() {
    using S = LatchRecord;
    return std::tuple{field("latches", &S::latches, "ids, the run's own account first"),
                      later("accounts", &S::accounts, "keys of the accounts, in the same order"),
                      field("rule", &S::rule, "the rule of escalation"),
                      field("cause", &S::cause, "of the finding"),
                      later("finding", &S::finding, "its key")};
  }
};

template <>
struct Description<EvidenceVoidedRecord> {
  static constexpr const char* kMeaning = "Another run changed the account since this one looked.";
  static auto fields() {
    using S = EvidenceVoidedRecord;
    return std::tuple{field("by", &S::by, "the other run"),
                      field("at", &S::at, "when it changed the account"),
                      field("phases", &S::phases, "that are run again"),
                      field("items", &S::items, "that are asked again")};
  }
};

template <>
struct Description<AdoptedRecord> {
  static constexpr const char* kMeaning = "The run goes on in the home folder that it came to.";
  static auto fields() {
    using S = AdoptedRecord;
    return std::tuple{field("home", &S::home, "binding of that folder"),
                      later("closing", &S::closing, "public key that closes the run from then on"),
                      field("why", &S::why, "why nobody had to answer"),
                      inlined(&S::answer, "signature", "who said so")};
  }
};

template <>
struct Description<UndoRecord> {
  static constexpr const char* kMeaning = "From here on the run only undoes.";
  static auto fields() {
    using S = UndoRecord;
    return std::tuple{
        field("signed", &S::is_signed, "whether the undoing was signed with the plan"),
        field("error", &S::error, "what failed"),
        field("phases", &S::phases, "that undo, in their order"),
        field("stays", &S::stays, "what cannot be put back, in words")};
  }
};

template <>
struct Description<RunReopenedRecord> {
  static constexpr const char* kMeaning = "A person has the run go on.";
  static auto fields() {
    using S = RunReopenedRecord;
    return std::tuple{field("way", &S::way, "look-again, replan or correct"),
                      field("by", &S::by, "who asked"),
                      field("status", &S::status, "as it was"),
                      or_null("error", &S::error, "as it was"),
                      field("phases", &S::phases, "that are run again"),
                      field("items", &S::items, "that are asked again"),
                      field("drops_undo", &S::drops_undo, "whether nothing is undone any more"),
                      field("undo_anew", &S::undo_anew, "whether the undoing is planned anew"),
                      field("rows", &S::rows,
                            "operations that this version describes otherwise: name to digest")};
  }
};

template <>
struct Description<TakenOverRecord> {
  static constexpr const char* kMeaning = "The run goes on with another run's work.";
  static auto fields() {
    using S = TakenOverRecord;
    return std::tuple{
        field("run", &S::run, "the other run"),
        later("runs", &S::runs, "that one, behind those that it took over from itself"),
        field("head", &S::head, "hash of its last record"),
        field("status", &S::status, "how it ended"),
        field("by", &S::by, "who asked"),
        field("phases", &S::phases, "finished phases by name"),
        field("skipped", &S::skipped, "skipped phases"),
        field("current", &S::current, "the phase that was left half done; may be empty"),
        field("confirmed", &S::confirmed, "what is done"),
        field("results", &S::results, "what operations returned, by number"),
        field("outcomes", &S::outcomes, "outcomes by key"),
        field("brackets", &S::brackets, "documents around phases, by name"),
        field("holes", &S::holes, "read phases that a phase sees by their promises, by name"),
        field("checks", &S::checks, "bodies of its checks"),
        field("notes", &S::notes, "bodies of its notes"),
        field("findings", &S::findings, "bodies of its findings"),
        field("failures", &S::failures, "operations that failed"),
        field("began", &S::began, "when the work began"),
        field("changed_at", &S::changed_at, "when the last operation was confirmed"),
        field("last_n", &S::last_n, "the highest number of an operation")};
  }
};

template <>
struct Description<ClosedRecord> {
  static constexpr const char* kMeaning = "The engine closes a run whose end no person signed.";
  static auto fields() {
    using S = ClosedRecord;
    return std::tuple{field("document", &S::document, "the closing document"),
                      field("signature", &S::signature, "the engine's signature over it")};
  }
};

// Reading. What is wrong with a value, as the end of a sentence; empty: nothing.

template <Described S>
std::string read(const json& value, S& to);

// The same behind the name of what it is a part of.
std::string within(const std::string& wrong) {
  return wrong.empty() || wrong.front() != '"' ? wrong : ": " + wrong;
}

std::string read(const json& value, std::string& to) {
  if (!value.is_string()) return " is not a string";
  to = value.get<std::string>();
  return "";
}
std::string read(const json& value, bool& to) {
  if (!value.is_boolean()) return " is not true or false";
  to = value.get<bool>();
  return "";
}
template <class N>
requires std::is_integral_v<N> std::string read(const json& value, N& to) {
  if (!value.is_number_integer()) return " is not an integer";
  to = value.get<N>();
  return value == json(to) ? "" : " is out of range";
}
std::string read(const json& value, json& to) {
  to = value;
  return "";
}
template <Worded E>
std::string read(const json& value, E& to) {
  const auto word =
      value.is_string() ? parse_word<E>(value.get_ref<const std::string&>()) : std::nullopt;
  if (!word) return " is none of the known words";
  to = *word;
  return "";
}
std::string read(const json& value, Error& to) {
  if (!value.is_object() || !value.value("kind", json()).is_string() ||
      !value.value("message", json()).is_string())
    return " is not an error with kind and message";
  to = error_from_json(value);
  return "";
}
template <class T>
std::string read(const json& value, std::vector<T>& to) {
  if (!value.is_array()) return " is not a list";
  for (std::size_t i = 0; i < value.size(); ++i) {
    T one{};
    if (std::string wrong = read(value[i], one); !wrong.empty())
      return "[" + std::to_string(i + 1) + "]" + within(wrong);
    to.push_back(std::move(one));
  }
  return "";
}
std::string read(const json& value, std::set<int>& to) {
  std::vector<int> all;
  std::string wrong = read(value, all);
  to.insert(all.begin(), all.end());
  return wrong;
}
template <class T>
std::string read(const json& value, std::map<std::string, T>& to) {
  if (!value.is_object()) return " is not an object";
  for (const auto& [key, one] : value.items())
    if (std::string wrong = read(one, to[key]); !wrong.empty()) return "." + key + within(wrong);
  return "";
}

template <class T>
std::string read(const json& value, std::map<int, T>& to) {
  if (!value.is_object()) return " is not an object";
  for (const auto& [key, one] : value.items()) {
    int n = 0;
    const auto [end, bad] = std::from_chars(key.data(), key.data() + key.size(), n);
    if (bad != std::errc() || end != key.data() + key.size()) return "." + key + " is no number";
    if (std::string wrong = read(one, to[n]); !wrong.empty()) return "." + key + within(wrong);
  }
  return "";
}

template <class S, class M>
std::string read_member(const json& body, S& to, const Field<S, M>& field) {
  const auto at = body.find(field.name);
  if (at == body.end())
    return field.presence == Presence::always || field.presence == Presence::or_null
               ? std::string("\"") + field.name + "\" is missing"
               : "";
  std::string wrong;
  if (field.is_object && !at->is_object())
    return std::string("\"") + field.name + "\" is not an object";
  if constexpr (kOptional<M>) {
    if (field.presence == Presence::or_null && at->is_null()) return "";
    wrong = read(*at, (to.*field.member).emplace());
  } else {
    wrong = read(*at, to.*field.member);
  }
  return wrong.empty() ? wrong : std::string("\"") + field.name + "\"" + within(wrong);
}
template <class S>
std::string read_member(const json& body, S& to, const Boxed<S>& field) {
  const auto at = body.find(field.name);
  if (at == body.end()) return "";
  if (!at->is_array() || at->size() != 1)
    return std::string("\"") + field.name + "\" is not a list of one";
  to.*field.member = (*at)[0];
  return "";
}
template <class S, class M>
std::string read_member(const json& body, S& to, const Inlined<S, M>& part) {
  if constexpr (kOptional<M>) {
    if (!body.contains(part.sign)) return "";
    return read(body, (to.*part.member).emplace());
  } else {
    return read(body, to.*part.member);
  }
}

template <Described S>
std::string read(const json& value, S& to) {
  if (!value.is_object()) return " is not an object";
  std::string wrong;
  std::apply(
      [&](const auto&... fields) {
        (void)(... && (wrong = read_member(value, to, fields)).empty());
      },
      Description<S>::fields());
  return wrong;
}

template <class S>
Result<S> read_whole(const json& body) {
  S out;
  const std::string wrong = read(body, out);
  if (wrong.empty()) return out;
  return Error{"state", wrong.front() == ' ' ? "the body" + wrong : wrong};
}

// Writing.

template <Described S>
json write(const S& from);

json write(const std::string& from) {
  return from;
}
json write(bool from) {
  return from;
}
template <class N>
requires std::is_integral_v<N> json write(N from) {
  return from;
}
json write(const json& from) {
  return from;
}
template <Worded E>
json write(E from) {
  return to_string(from);
}
json write(const Error& from) {
  return to_json(from);
}
template <class T>
json write(const std::vector<T>& from) {
  json out = json::array();
  for (const auto& one : from) out.push_back(write(T(one)));
  return out;
}
json write(const std::set<int>& from) {
  return from;
}
template <class T>
json write(const std::map<std::string, T>& from) {
  json out = json::object();
  for (const auto& [key, one] : from) out[key] = write(one);
  return out;
}

template <class T>
json write(const std::map<int, T>& from) {
  json out = json::object();
  for (const auto& [n, one] : from) out[std::to_string(n)] = write(one);
  return out;
}

template <class S, class M>
void write_member(const S& from, json& to, const Field<S, M>& field) {
  if constexpr (kOptional<M>) {
    if (const auto& value = from.*field.member)
      to[field.name] = write(*value);
    else if (field.presence == Presence::or_null)
      to[field.name] = nullptr;
  } else {
    to[field.name] = write(from.*field.member);
  }
}
template <class S>
void write_member(const S& from, json& to, const Boxed<S>& field) {
  if (const auto& value = from.*field.member) to[field.name] = json::array({*value});
}
template <class S, class M>
void write_member(const S& from, json& to, const Inlined<S, M>& part) {
  if constexpr (kOptional<M>) {
    if (from.*part.member) to.update(write(*(from.*part.member)));
  } else {
    to.update(write(from.*part.member));
  }
}

template <Described S>
json write(const S& from) {
  json out = json::object();
  std::apply([&](const auto&... fields) { (write_member(from, out, fields), ...); },
             Description<S>::fields());
  return out;
}

// Describing.

template <class T>
struct TypeText;
template <>
struct TypeText<std::string> {
  static std::string text() { return "text"; }
};
template <>
struct TypeText<bool> {
  static std::string text() { return "flag"; }
};
template <>
struct TypeText<int> {
  static std::string text() { return "number"; }
};
template <>
struct TypeText<Time> {
  static std::string text() { return "seconds"; }
};
template <>
struct TypeText<json> {
  static std::string text() { return "any"; }
};
template <>
struct TypeText<Error> {
  static std::string text() { return "error"; }
};
template <Worded E>
struct TypeText<E> {
  static std::string text() {
    std::string all;
    for (const char* word : kTexts<E>) all += (all.empty() ? "" : " ") + std::string(word);
    return "one of: " + all;
  }
};
template <Described S>
struct TypeText<S> {
  static std::string text() { return Description<S>::kName; }
};
template <class T>
struct TypeText<std::vector<T>> {
  static std::string text() { return "list of " + TypeText<T>::text(); }
};
template <>
struct TypeText<std::set<int>> : TypeText<std::vector<int>> {};
template <class T>
struct TypeText<std::map<std::string, T>> {
  static std::string text() { return "object of " + TypeText<T>::text(); }
};
template <class T>
struct TypeText<std::map<int, T>> {
  static std::string text() { return "object of " + TypeText<T>::text() + ", by number"; }
};
template <class T>
struct TypeText<std::optional<T>> : TypeText<T> {};

template <class S, class M>
FieldText text_of(const Field<S, M>& field) {
  static const char* const kPresence[] = {"always", "not in older records", "where it applies",
                                          "or null"};
  return {field.name, field.is_object ? "object" : TypeText<M>::text(),
          kPresence[static_cast<int>(field.presence)], field.meaning};
}
template <class S>
FieldText text_of(const Boxed<S>& field) {
  return {field.name, "list of one", "where it is known", field.meaning};
}
template <class S, class M>
FieldText text_of(const Inlined<S, M>& part) {
  return {"…", "the fields of a " + TypeText<M>::text(),
          kOptional<M> ? std::string("together with `") + part.sign + "`" : "always", part.meaning};
}

template <Described S>
KindText kind_text(const char* name) {
  KindText out{name, Description<S>::kMeaning, {}};
  std::apply([&](const auto&... fields) { (out.fields.push_back(text_of(fields)), ...); },
             Description<S>::fields());
  return out;
}

Result<JournalEntry> entry_as(RecordKind kind, const json& body) {
  switch (kind) {
#define COUNTERSIGN_READ(name, text, Struct)        \
  case RecordKind::name: {                          \
    Result<Struct> read = read_whole<Struct>(body); \
    if (!read) return read.error();                 \
    return JournalEntry(std::move(*read));          \
  }
    COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_READ)
#undef COUNTERSIGN_READ
  }
  return Error{"state", "it is of no known kind"};
}

}  // namespace

#define COUNTERSIGN_KIND(name, text, Struct)                  \
  json to_json(const Struct& body) {                          \
    return write(body);                                       \
  }                                                           \
  Result<Struct> read_body(const json& body, const Struct*) { \
    return read_whole<Struct>(body);                          \
  }
COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_KIND)
#undef COUNTERSIGN_KIND

json to_json(const AppliedOperation& one) {
  return write(one);
}

std::optional<RecordKind> kind_of(const Record& record) {
  return parse_word<RecordKind>(record.kind);
}

Result<JournalEntry> entry_of(const Record& record) {
  const std::string number = "record " + std::to_string(record.seq);
  const std::optional<RecordKind> kind = kind_of(record);
  if (!kind)
    return Error{"state",
                 number + " is of a kind that this version does not know, \"" + record.kind + "\"",
                 "use the version that wrote it"};
  Result<JournalEntry> entry = entry_as(*kind, record.body);
  if (entry) return entry;
  return Error{"state", number + " (" + record.kind + ") is malformed: " + entry.error().message,
               "restore the run's file from a copy, or use the version that wrote it"};
}

std::optional<SignedAnswer> answer_in(const Record& record) {
  SignedAnswer answer;
  if (!record.body.is_object() || !record.body.contains("signature") ||
      !read(record.body, answer).empty())
    return std::nullopt;
  return answer;
}

Answer answer_of(const SignedAnswer& kept) {
  Answer answer;
  answer.type = to_string(kept.type);
  answer.verdict = to_string(kept.verdict);
  answer.principal = kept.principal;
  answer.person = kept.person;
  answer.roles = kept.roles;
  answer.reference = kept.reference;
  answer.reason = kept.reason;
  answer.document_sha256 = kept.document;
  answer.not_before = kept.not_before.value_or(0);
  answer.not_after = kept.not_after.value_or(0);
  if (kept.break_glass) {
    answer.break_glass = kept.break_glass->reason;
    answer.review = kept.break_glass->review;
  }
  return answer;
}

std::vector<KindText> record_texts() {
  std::vector<KindText> all;
#define COUNTERSIGN_TEXT(name, text, Struct) all.push_back(kind_text<Struct>(text));
  COUNTERSIGN_RECORD_KINDS(COUNTERSIGN_TEXT)
#undef COUNTERSIGN_TEXT
  return all;
}

std::vector<KindText> part_texts() {
  const auto part = []<class S>(S) { return kind_text<S>(Description<S>::kName); };
  return {part(SignedAnswer{}), part(BreakGlassPart{}),   part(RunbookPart{}),
          part(SnapshotPart{}), part(AppliedOperation{}), part(AdjacentPart{}),
          part(TakenPhase{}),   part(TakenOutcome{})};
}

}  // namespace countersign
