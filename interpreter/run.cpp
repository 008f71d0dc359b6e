#include "interpreter/run.h"

#include <algorithm>
#include <filesystem>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/closing.h"
#include "interpreter/digest.h"
#include "interpreter/log.h"
#include "interpreter/named_roles.h"
#include "interpreter/parameters.h"
#include "interpreter/phase_execution.h"
#include "interpreter/placeholder.h"
#include "interpreter/rails.h"
#include "interpreter/range.h"
#include "interpreter/script_reading.h"
#include "interpreter/subject.h"
#include "interpreter/terms.h"
#include "interpreter/utf8.h"
#include "interpreter/vault.h"

namespace countersign {
namespace {

// As it can be found again from another folder.
std::string absolute(const std::string& path) {
  std::error_code bad;
  const std::filesystem::path whole = std::filesystem::absolute(path, bad);
  return bad ? path : whole.lexically_normal().string();
}

std::map<std::string, std::string> rows_used(const Catalogue& catalogue) {
  std::map<std::string, std::string> rows;
  for (const Row& row : catalogue.rows()) rows[row.name] = row_digest(row);
  return rows;
}

// Secrets are opened into the session's vault; what is recorded is the handle.
Status open_secrets(Engine& engine, Session& session, const json& declared, json& values) {
  for (const auto& [name, parameter] : declared.items()) {
    if (parameter.value("kind", "") != "secret" || !values.contains(name)) continue;
    json handle = TRY(engine.secret(session, values[name].get<std::string>()));
    values[name] = handle;
  }
  return Done{};
}

// What was given for secret parameters, by name.
json secret_references(const json& declared, const json& given) {
  json references = json::object();
  for (const auto& [name, parameter] : declared.items())
    if (parameter.value("kind", "") == "secret" && given.contains(name))
      references[name] = given[name];
  return references;
}

// Secret parameters by name, as handles.
std::map<std::string, json> secret_parameters(const RunState& state) {
  std::map<std::string, json> all;
  const json secrets = state.started.value("secrets", json::object());
  for (const auto& [name, reference] : secrets.items())
    all[name] = state.started["parameters"].value(name, json());
  return all;
}

// The secret of a parameter, fetched where a run goes on in another process. Its reference may be a
// command line, and it comes from a file that others may have written: nothing is opened before it
// is the place that the plan and the request name.
Status fetch_secret(Engine& engine, Session& session, const RunState& state,
                    const std::string& name) {
  const auto differs = [&](const std::string& than) {
    return Error{"drift", "the secret of parameter \"" + name + "\" is not the one " + than,
                 "restore it, or start a new run"};
  };
  const json handle = state.started["parameters"].value(name, json());
  const std::string reference = state.started["secrets"].value(name, "");
  if (reference.empty() || handle_id(handle) != reference) return differs("this run began with");
  if (state.request) {
    const json parameters = state.terms.value("parameters", json());
    if (!parameters.is_object() || parameters.value(name, json()) != handle)
      return differs("that was signed");
  }
  const json held = TRY(engine.secret(session, reference));
  return held == handle ? Status(Done{}) : differs("this run began with");
}

}  // namespace

Run::Run(Engine& engine, std::unique_ptr<Ledger> ledger, Lock lock)
    : engine_(engine), ledger_(std::move(ledger)), lock_(std::move(lock)) {}
Run::~Run() {
  if (session_)
    for (const auto& [name, handle] : secret_parameters(state()))
      session_->vault().expect(handle, nullptr);
  if (ledger_) (void)ledger_->sync();
}

std::string Run::folder() const {
  return state().started["runbook"].value("folder", ".");
}

Result<ScriptFile> Run::script() const {
  const json& runbook = state().started["runbook"];
  std::string text = TRY(journal().get(runbook["sha256"].get<std::string>()));
  return ScriptFile{runbook["name"].get<std::string>(), runbook["chunk"].get<std::string>(), text};
}

PhaseContext Run::standing(Stage stage, const std::string& phase) const {
  PhaseContext out;
  out.stage = stage;
  out.phase = phase;
  out.rails = state().started.contains("runbook") ? state().head().value("rails", json::array())
                                                  : json::array();
  for (const auto& [name, value] : state().phases) out.ended.insert(name);
  out.ended.insert(state().skipped.begin(), state().skipped.end());
  return out;
}

Result<std::unique_ptr<Run>> Run::start(Engine& engine, const StartRequest& request) {
  if (request.script.text.size() > (128u << 10))
    return Error{"limit", "the runbook \"" + request.script.chunk + "\" is larger than 128 KiB",
                 "split it into modules"};
  // The head is read before there is a run: a script that cannot be read leaves nothing behind.
  const ScriptReading described = read_script(engine, request.script, request.folder, "describe");
  if (!described.value) return described.value.error();
  const json& head = *described.value;
  if (head.value("is", "") != "runbook")
    return Error{"usage", "\"" + request.script.chunk + "\" is not a runbook",
                 "end it with `return runbook { … }`"};
  TRY(check_rails(head.value("rails", json::array()), engine.catalogue));
  TRY(check_roles(head, engine.authorizer));

  const json declared = head.value("parameters", json::object());
  const std::string named = profile_parameter(declared);
  json given = request.parameters;
  if (!request.profile.empty() && !named.empty()) {
    if (given.contains(named) && given[named] != request.profile)
      return Error{
          "usage",
          "--profile " + request.profile + " contradicts " + named + " = " + given[named].dump(),
          "give one of the two"};
    given[named] = request.profile;
  }
  json values = TRY(check_parameters(declared, given));
  const std::string profile = named.empty() ? request.profile : values.value(named, "");
  if (profile.empty())
    return Error{"usage", "the runbook names no account",
                 "declare a param.profile, or name the account with --profile"};

  const std::string draft_id = engine.home.new_run_id(engine.clock.now());
  std::unique_ptr<Journal> journal = Journal::in_memory();
  // The session keeps documents in the run's own file, so it is opened again below; this one only
  // answers questions.
  std::unique_ptr<Session> probe = TRY(engine.session(profile, *journal));
  Result<std::string> account = probe->account(probe->own_credential());
  // That a provider is down, or a credential is stale, is for a diagnosis to say: it begins, and
  // each of its calls is asked for its account again.
  const json around = TRY(probe->surroundings());
  if (!account && head.contains("symptoms") && !head["symptoms"].is_null() &&
      (account.error().kind == "provider" || account.error().kind == "transport"))
    account = around.at("systems").at(0).value("identity", "");
  if (!account) return account.error();
  const json served = TRY(probe->endpoint());
  // Which simulator it is is nobody's to sign: it is another one each time it is started.
  json endpoint = served;
  endpoint.erase("instance");
  const Time now = TRY(probe->now());
  const std::string closing = TRY(closing_key(engine.authorizer));
  TRY(open_secrets(engine, *probe, declared, values));

  set_log_run(draft_id);
  Lock lock = TRY(engine.home.lock_run(draft_id));
  std::unique_ptr<Journal> file = TRY(Journal::open(engine.home.run_path(draft_id), true));
  std::map<std::string, std::string> prelude;
  for (const ScriptFile& one : engine.prelude) prelude[one.name] = file->put(one.text);
  const std::string sha256 = file->put(request.script.text);
  auto ledger = std::make_unique<Ledger>(std::move(file), RunState{}, engine.event, engine.clock);
  ledger->simulated(endpoint.value("simulated", false));
  ledger->set_now(now);
  ledger->set_vault(&probe->vault());
  Status kept = ledger->add(RunStartedRecord{
      .run = draft_id,
      .runbook = {.name = head["name"].get<std::string>(),
                  .title = head["title"].get<std::string>(),
                  .chunk = request.script.chunk,
                  .path = absolute(request.script.chunk),
                  .folder = request.folder,
                  .sha256 = sha256,
                  .head = head},
      .prelude = prelude,
      .rows = rows_used(engine.catalogue),
      .parameters = values,
      .secrets = secret_references(declared, given),
      .profile = probe->facts(),
      .account = *account,
      .endpoint = endpoint,
      .systems = parts::accounts(around.at("systems"), endpoint),
      .instance = served.value("instance", ""),
      .snapshots = {.scopes = probe->scopes(), .volatile_fields = probe->volatile_fields()},
      .home = engine.home.binding(),
      .closing = closing,
      .principal = request.principal});
  if (!kept) return kept.error();
  // Modules were pinned while the head was read; they are the run's now.
  for (const ReadModule& module : described.modules) {
    ledger->journal().put(module.text);
    if (kept = ledger->add(module.record); !kept) return kept.error();
  }
  TRY(ledger->sync());
  std::unique_ptr<Run> run(new Run(engine, std::move(ledger), std::move(lock)));
  TRY(run->open_session());
  run->note();
  return run;
}

Result<std::unique_ptr<Run>> Run::open(Engine& engine, const std::string& text) {
  const std::string id = TRY(engine.home.find_run(text));
  set_log_run(id);
  Lock lock = TRY(engine.home.lock_run(id));
  std::unique_ptr<Journal> journal = TRY(Journal::open(engine.home.run_path(id), false));
  // Found now, and not between two changes where the document is needed.
  TRY(journal->whole());
  RunState state = TRY(RunState::of(*journal));
  auto ledger =
      std::make_unique<Ledger>(std::move(journal), std::move(state), engine.event, engine.clock);
  std::unique_ptr<Run> run(new Run(engine, std::move(ledger), std::move(lock)));
  TRY(run->open_session());
  return run;
}

// A session needs no network until it is asked something, so looking at a run works offline.
Status Run::open_session() {
  std::unique_ptr<Session> session = TRY(
      engine_.session(state().started["profile"]["name"].get<std::string>(), ledger_->journal()));
  session_ = std::move(session);
  ledger_->set_vault(&session_->vault());
  // A simulated run's clock is the simulator's, which may be days behind ours: until that is asked,
  // its time stands still.
  const bool simulated = state().started["endpoint"].value("simulated", false);
  ledger_->simulated(simulated);
  ledger_->set_now(simulated ? state().last_time
                             : std::max(engine_.clock.now(), state().last_time));
  // To look at a run, or to answer it, needs no secret.
  for (const auto& [name, handle] : secret_parameters(state()))
    session_->vault().expect(
        handle, [this, name = name] { return fetch_secret(engine_, *session_, state(), name); });
  return Done{};
}

// The run goes on with the account, the place and the script that it began with. What was signed
// is held against all of its parts (same_as_signed).
Status Run::check_beginning() {
  const json around = TRY(session_->surroundings());
  const json systems = around.value("systems", json::array());
  const json now = systems.empty() ? json::object() : systems[0];
  const json& started = state().started;
  const json place = started["endpoint"].value("origin", json());
  if (now.value("identity", json()) != started["account"] || now.value("origin", json()) != place)
    return Error{"refused",
                 "systems: the run began for the account " + started["account"].dump() + " at " +
                     place.dump() + "; profile \"" + started["profile"].value("name", "") +
                     "\" is now " + now.value("identity", json()).dump() + " at " +
                     now.value("origin", json()).dump(),
                 "put it back to go on with this run, or cancel this run and start a new one"};
  // The accounts of the other systems, which are signed with it.
  if (const std::string other =
          parts::other_account(started.value("systems", json::array()), systems);
      !other.empty())
    return Error{"refused", "systems: " + other,
                 "put it back to go on with this run, or cancel this run and start a new one"};
  if (state().driven()) return Done{};
  const Circumstances at{state(), journal(), engine_, *session_};
  const auto same = [&]<class P>(P) -> Status {
    const json then = P::recorded(json(), state());
    const json is = TRY(P::now(at));
    const std::string why = P::differs(then, is);
    if (why.empty()) return Done{};
    return Error{"refused", std::string(P::kName) + ": " + why,
                 "restore it to go on with this run, or cancel this run and start a new one"};
  };
  if (const Status runbook = same(parts::Runbook{}); !runbook) return runbook;
  return same(parts::Modules{});
}

bool Run::changes_left() const {
  if (!state().plan) return false;
  for (const Intent* intent : all_intents(*state().plan))
    if (std::none_of(state().confirmed.begin(), state().confirmed.end(),
                     [&](const AppliedOperation& one) { return one.n == intent->n; }))
      return true;
  return false;
}

Status Run::same_as_signed() {
  // A copy is asked about first (check_home).
  if (!state().driven() || came_here() || taken_over()) return Done{};
  const auto differing = as_signed({state(), journal(), engine_, *session_, &state().terms},
                                   changes_left() ? Look::all : Look::records);
  if (!differing) return Done{};
  const Error& error = differing->error;
  // Nothing was compared: the endpoint does not answer, a file cannot be read.
  if (error.kind != "refused") return error;
  // Said once already: the rest is planned from what is there now, for a decision of its own.
  if (differing->replan && state().error && state().error->message == error.message)
    return ledger_->add(PlanVoidedRecord{error.message});
  return halt(RunStatus::awaiting_decision, error, true);
}

Result<Time> Run::now() {
  Result<Time> now = session_->now();
  if (now) ledger_->set_now(*now);
  return now;
}

Status Run::rest(RunStatus status) {
  if (state().status != status || state().error)
    if (const Status kept = ledger_->add(StatusRecord{.status = status}); !kept) return kept;
  const Status closed = close();
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return closed;
}

Status Run::halt(RunStatus status, const Error& error, bool halted) {
  StatusRecord record{.status = status, .error = error};
  if (halted) record.halted = true;
  if (const Status kept = ledger_->add(record); !kept) return kept;
  // Where it cannot be closed, the next resume tries again and says so.
  (void)close();
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return error;
}

// The closing is in one transaction with the status before it (closing.h).
Status Run::close() {
  if (!is_left_open(state(), journal().records(), journal())) return Done{};
  const std::string key = TRY(closing_key(engine_.authorizer));
  if (key != state().closing_key)
    return Error{
        "state",
        std::string("the run is ") + to_string(state().status) +
            ", and its end cannot be closed: the engine's key is " +
            "not the one that the run names, " + state().closing_key,
        "put closing_key back into the state folder, then: countersign resume " + state().id()};
  const std::string document = closing_document(state(), journal().records().back());
  const std::string signature = TRY(sign_closing(engine_.authorizer, document));
  return ledger_->add(
      ClosedRecord{ledger_->journal().put(document), ledger_->journal().put(signature)});
}

std::string Run::unfinished() const {
  const Result<std::vector<json>> runs = engine_.home.runs();
  if (!runs) return "";
  for (const json& one : *runs) {
    const std::string id = one.value("run", "");
    const auto status = parse_word<RunStatus>(one.value("status", ""));
    if (id == state().id() || !status || !is_final(*status) || status == RunStatus::done ||
        one.value("runbook", json()) != state().started["runbook"]["name"] ||
        one.value("account", json()) != state().started["account"])
      continue;
    const Result<std::string> successor = engine_.home.successor(id);
    const auto journal = Journal::open(engine_.home.run_path(id), false);
    const Result<RunState> other =
        journal ? RunState::of(**journal) : Result<RunState>(journal.error());
    if (!successor || !successor->empty() || !other || !leaves_work(*other, state())) continue;
    return id;
  }
  return "";
}

Status Run::fail(const Error& found) {
  Error error = found;
  // What a run finds that was stopped half-way is for one that takes over from it.
  if (state().confirmed.empty() && (error.kind == "check" || error.kind == "provider"))
    if (const std::string id = unfinished(); !id.empty())
      error.hint += (error.hint.empty() ? "" : "; ") + ("the run " + id) +
                    " did a part of this and never ended it: countersign resume " + state().id() +
                    " --take-over " + id + " goes on with what it did";
  RunStatus status = RunStatus::failed;
  if (error.kind == "drift") status = RunStatus::drifted;
  if (error.kind == "in_doubt") status = RunStatus::in_doubt;
  if (error.kind == "state")
    return error;  // the journal itself cannot be written: nothing more is recorded
  if (state().error && state().status == status && to_json(*state().error) == to_json(error))
    return error;
  return halt(status, error);
}

Status Run::advance() {
  if (is_final(state().status)) {
    const Status closed = close();
    const Status synced = ledger_->sync();
    return closed ? synced : closed;
  }
  if (const Status same = same_as_signed(); !same) return same;
  if (const Status same = same_history(); !same) return same;
  if (const Status same = check_beginning(); !same) return same;
  Time time = TRY(now());
  if (time < state().last_time - 1)
    return Error{"refused",
                 "the clock says " + iso_time(time) + ", before the run's last record at " +
                     iso_time(state().last_time),
                 "set the clock right; nothing was written"};
  return go();
}

Status Run::go() {
  if (const Status ours = check_home(); !ours) return ours;
  if (state().request && !state().driven())
    if (const Status voided = ledger_->add(PlanVoidedRecord{
            "the request was made by an earlier version, in a form that does not hold all "
            "that drives a run; it is planned and asked anew"});
        !voided)
      return voided;
  if (!state().begun.empty()) {
    bool stopped = false;
    if (const Status settled = settle_begun(stopped); !settled) return settled;
    if (stopped) return Done{};
  }
  if (const Status voided = void_taken_over(); !voided) return voided;
  // A decision that was said not to hold any more, and still does not; a request that nobody
  // answered in time.
  const bool lost = state().status == RunStatus::awaiting_decision && state().error &&
                    state().request &&
                    !engine_.authorizer.authorize(*state().request, state().decisions,
                                                  ledger_->now(), state().consumed);
  // One that was approved in time for a later moment waits for that moment.
  const bool booked = std::any_of(state().answers.begin(), state().answers.end(),
                                  [](const Answer& answer) { return answer.not_before > 0; });
  const bool late = !state().consumed && state().request && state().decide_by > 0 && !booked &&
                    ledger_->now() > state().decide_by;
  if (foreign_open()) return rest(RunStatus::awaiting_attestation);
  if (state().status == RunStatus::drifted || lost || late) {
    // Resuming such a run has the rest planned from what is there now; that needs a new decision.
    if (const Status voided =
            ledger_->add(PlanVoidedRecord{state().error ? state().error->message : std::string()});
        !voided)
      return voided;
    if (const Status kept = ledger_->add(StatusRecord{.status = RunStatus::running}); !kept)
      return kept;
  }
  // What halted it may be over: it is looked at again from here on, and recorded anew where it is
  // not. Until then nobody is told of the earlier halt, whatever becomes of this process.
  if (state().halted) {
    TRY(ledger_->add(StatusRecord{.status = RunStatus::running}));
    TRY(ledger_->sync());
  }
  if (!state().undoing.is_null()) {
    bool stopped = false;
    return go_undo(stopped);
  }
  if (const Status looked = void_evidence(); !looked) return looked;
  for (const json& entry : state().head()["procedure"]) {
    const std::string name = entry["name"].get<std::string>();
    const std::optional<PhaseKind> kind = phase_kind(entry);
    if (state().phases.count(name) != 0 || state().skipped.count(name) != 0) continue;
    if (kind == PhaseKind::read) {
      if (const Status done = run_read(entry); !done) return done;
      if (!state().undoing.is_null()) return go();
    } else if (kind == PhaseKind::wait) {
      bool over = false;
      if (const Status done = run_wait(entry, over); !done) return done;
      if (!state().undoing.is_null()) return go();
      if (!over)
        return rest(wait_unanswered(state(), entry) ? RunStatus::awaiting_attestation
                                                    : RunStatus::awaiting_time);
    } else {
      bool stopped = false;
      if (const Status done = run_mutate(entry, stopped); !done) return done;
      if (stopped) return Done{};
    }
  }
  bool stopped = false;
  if (const Status done = finish(stopped); !done) return done;
  return stopped ? Status(Done{}) : rest(RunStatus::done);
}

Status Run::run_read(const json& entry) {
  const std::string name = entry["name"].get<std::string>();
  const ScriptFile file = TRY(script());
  // What is read may hold a secret that this run sent: it is known before anything is journaled.
  for (const auto& [parameter, handle] : secret_parameters(state()))
    if (const auto secret = session_->vault().open(handle); !secret) return fail(secret.error());
  if (state().current != name)
    if (const Status kept =
            ledger_->add(PhaseStartedRecord{.phase = name, .kind = PhaseKind::read});
        !kept)
      return kept;
  const Result<json> view = run_view(*ledger_, nullptr, nullptr);
  if (!view) return fail(view.error());
  PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::read, name), folder());
  PhaseResult ending =
      walk.run(file, {{"kind", "phase"}, {"phase", name}, {"part", "body"}, {"run", *view}},
               state().prefix(name));
  if (ending.kind == PhaseResult::skipped) return ledger_->add(PhaseSkippedRecord{name});
  if (ending.kind == PhaseResult::unknown) {
    ending.kind = PhaseResult::failed;
    ending.error = {
        "script",
        "the phase \"" + name + "\" uses run." + ending.what + ", which has not happened yet",
        "move it behind that phase"};
  }
  if (ending.kind == PhaseResult::failed) {
    const bool undoing = TRY(begin_undo(ending.error, walk.failed_check()));
    return undoing ? Status(Done{}) : fail(ending.error);
  }
  const Result<std::string> broken = broken_promise(entry, ending.value);
  if (!broken) return fail(broken.error());
  // What was signed builds on the promise: where it is broken, the rest is planned again from what
  // came of it.
  const bool built_on =
      state().plan && std::any_of(state().plan->holes.begin(), state().plan->holes.end(),
                                  [&](const Hole& hole) { return hole.phase == name; });
  if (const Status kept = ledger_->add(PhaseFinishedRecord{name, ending.value}); !kept) return kept;
  if (broken->empty() || !built_on) return Done{};
  return ledger_->add(PlanVoidedRecord{*broken});
}

// Why the value is not what the phase promised to return; empty where it is.
Result<std::string> Run::broken_promise(const json& entry, const json& value) {
  const std::string name = entry["name"].get<std::string>();
  const json returns = entry.value("returns", json::object());
  for (const auto& [key, promise] : returns.items()) {
    const json given = value.is_object() ? value.value(key, json()) : json();
    bool kept = outside_range(promise, given).empty();
    if (kept && needs_language(promise)) {
      // Lua's patterns are matched where Lua runs: in a script host of its own, by the standard
      // library alone.
      const ScriptFile file = TRY(script());
      PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::describe, name),
                          folder());
      PhaseResult fits = walk.run(
          file, {{"kind", "fits"}, {"text", given}, {"pattern", promise.at("pattern")}}, name);
      if (fits.kind != PhaseResult::finished) return fits.error;
      kept = fits.value == true;
    }
    if (kept) continue;
    const std::string shown =
        clipped(given.dump(-1, ' ', false, json::error_handler_t::replace), 120);
    return "\"" + name + "\" returned " + key + " = " + shown + ", and " + range_text(promise) +
           " was signed for";
  }
  return std::string();
}

}  // namespace countersign
