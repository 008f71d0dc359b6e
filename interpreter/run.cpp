#include "interpreter/run.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/marker.h"
#include "interpreter/parameters.h"
#include "interpreter/rails.h"
#include "interpreter/vault.h"
#include "interpreter/walk.h"

namespace countersign {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return in ? bytes.str() : std::string();
}

json rows_used(const Catalogue& catalogue) {
  json rows = json::object();
  for (const Row& row : catalogue.rows()) rows[row.name] = row_digest(row);
  return rows;
}

// Secrets are opened into the session's vault; what is recorded is the handle.
Status open_secrets(Engine& engine, Session& session, const json& declared, json& values) {
  for (const auto& [name, parameter] : declared.items()) {
    if (parameter.value("kind", "") != "secret" || !values.contains(name)) continue;
    Result<json> handle = engine.secret(session, values[name].get<std::string>());
    if (!handle) return handle.error();
    values[name] = *handle;
  }
  return Done{};
}

}  // namespace

Run::Run(Engine& engine, std::unique_ptr<Ledger> ledger, Lock lock)
    : engine_(engine), ledger_(std::move(ledger)), lock_(std::move(lock)) {}
Run::~Run() {
  if (ledger_) (void)ledger_->sync();
}

std::string Run::folder() const {
  return state().started["runbook"].value("folder", ".");
}

Result<ScriptFile> Run::script() const {
  const json& runbook = state().started["runbook"];
  Result<std::string> text = journal().get(runbook["sha256"].get<std::string>());
  if (!text) return text.error();
  return ScriptFile{runbook["name"].get<std::string>(), runbook["chunk"].get<std::string>(), *text};
}

Standing Run::standing(Stage stage, const std::string& phase) const {
  Standing out;
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
  std::unique_ptr<Journal> scratch = Journal::in_memory();
  Ledger head_ledger(std::move(scratch), RunState{}, {});
  Walk walk(engine, nullptr, head_ledger, Standing{}, request.folder);
  Ending described = walk.run(request.script, {{"kind", "describe"}}, "load");
  if (described.kind != Ending::finished) return described.error;
  const json head = described.value;
  if (head.value("is", "") != "runbook")
    return Error{"usage", "\"" + request.script.chunk + "\" is not a runbook",
                 "end it with `return runbook { … }`"};
  if (const Status good = check_rails(head.value("rails", json::array()), engine.catalogue); !good)
    return good.error();

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
  Result<json> values = check_parameters(declared, given);
  if (!values) return values.error();
  const std::string profile = named.empty() ? request.profile : values->value(named, "");
  if (profile.empty())
    return Error{"usage", "the runbook names no account",
                 "declare a param.profile, or name the account with --profile"};

  const std::string draft_id = engine.home.new_run_id(system_now());
  std::unique_ptr<Journal> journal = Journal::in_memory();
  // The session keeps documents in the run's own file, so it is opened again below; this one only
  // answers questions.
  Result<std::unique_ptr<Session>> probe = engine.session(profile, *journal);
  if (!probe) return probe.error();
  Result<std::string> account = (*probe)->account(Credential::api_key);
  // That a provider is down, or a credential is stale, is for a diagnosis to say: it begins, and
  // each of its calls is asked for its account again.
  if (!account && head.contains("symptoms") && !head["symptoms"].is_null() &&
      (account.error().kind == "provider" || account.error().kind == "transport"))
    account = (*probe)->facts().value("account_sid", "");
  if (!account) return account.error();
  const Result<json> endpoint = (*probe)->endpoint();
  if (!endpoint) return endpoint.error();
  const Result<Time> now = (*probe)->now();
  if (!now) return now.error();
  if (const Status opened = open_secrets(engine, **probe, declared, *values); !opened)
    return opened.error();

  Result<Lock> lock = engine.home.lock_run(draft_id);
  if (!lock) return lock.error();
  Result<std::unique_ptr<Journal>> file = Journal::open(engine.home.run_path(draft_id), true);
  if (!file) return file.error();
  json prelude = json::object();
  for (const ScriptFile& one : engine.prelude) prelude[one.name] = (*file)->put(one.text);
  const std::string sha256 = (*file)->put(request.script.text);
  auto ledger = std::make_unique<Ledger>(std::move(*file), RunState{}, engine.event);
  ledger->set_now(*now);
  ledger->set_vault(&(*probe)->vault());
  Status kept = ledger->add(
      "run.started",
      {{"version", 1},
       {"run", draft_id},
       {"runbook",
        {{"name", head["name"]},
         {"title", head["title"]},
         {"chunk", request.script.chunk},
         {"folder", request.folder},
         {"sha256", sha256},
         {"head", head}}},
       {"prelude", prelude},
       {"rows", rows_used(engine.catalogue)},
       {"parameters", *values},
       {"secrets",
        [&] {
          json references = json::object();
          for (const auto& [name, parameter] : declared.items())
            if (parameter.value("kind", "") == "secret" && given.contains(name))
              references[name] = given[name];
          return references;
        }()},
       {"profile", (*probe)->facts()},
       {"account", *account},
       {"endpoint", *endpoint},
       {"snapshots", {{"scopes", (*probe)->scopes()}, {"volatile", (*probe)->volatile_fields()}}},
       {"home", engine.home.binding()},
       {"principal", request.principal}});
  if (!kept) return kept.error();
  // Modules were pinned while the head was read; they are the run's now.
  for (const auto& [name, module] : head_ledger.state().modules) {
    const Result<std::string> text = head_ledger.journal().get(module["sha256"].get<std::string>());
    if (!text) return text.error();
    ledger->journal().put(*text);
    if (kept = ledger->add("module", module); !kept) return kept.error();
  }
  if (const Status synced = ledger->sync(); !synced) return synced.error();
  std::unique_ptr<Run> run(new Run(engine, std::move(ledger), std::move(*lock)));
  if (const Status opened = run->open_session(); !opened) return opened.error();
  run->note();
  return run;
}

Result<std::unique_ptr<Run>> Run::open(Engine& engine, const std::string& text) {
  const Result<std::string> id = engine.home.find_run(text);
  if (!id) return id.error();
  Result<Lock> lock = engine.home.lock_run(*id);
  if (!lock) return lock.error();
  Result<std::unique_ptr<Journal>> journal = Journal::open(engine.home.run_path(*id), false);
  if (!journal) return journal.error();
  // Found now, and not between two changes where the document is needed.
  if (const Status whole = (*journal)->whole(); !whole) return whole.error();
  Result<RunState> state = RunState::of(**journal);
  if (!state) return state.error();
  auto ledger = std::make_unique<Ledger>(std::move(*journal), std::move(*state), engine.event);
  std::unique_ptr<Run> run(new Run(engine, std::move(ledger), std::move(*lock)));
  if (const Status opened = run->open_session(); !opened) return opened.error();
  return run;
}

// A session needs no network until it is asked something, so looking at a run works offline.
Status Run::open_session() {
  Result<std::unique_ptr<Session>> session =
      engine_.session(state().started["profile"]["name"].get<std::string>(), ledger_->journal());
  if (!session) return session.error();
  session_ = std::move(*session);
  ledger_->set_vault(&session_->vault());
  ledger_->set_now(std::max(system_now(), state().last_time));
  const json secrets = state().started.value("secrets", json::object());
  for (const auto& [name, reference] : secrets.items()) {
    Result<json> handle = engine_.secret(*session_, reference.get<std::string>());
    if (!handle) return handle.error();
    if (*handle != state().started["parameters"][name])
      return Error{"drift",
                   "the secret of parameter \"" + name + "\" is not the one this run began with",
                   "restore it, or start a new run"};
  }
  return Done{};
}

// A decision is for the script that was signed: an edited one needs a new run.
Status Run::check_script() {
  const auto same = [&](const std::string& what, const std::string& path,
                        const std::string& wanted) -> Status {
    const std::string text = file_text(path);
    if (text.empty()) return Done{};  // gone: the run has its own copy
    const std::string now = sha256_hex(text);
    if (now == wanted) return Done{};
    return Error{"drift",
                 what + " \"" + path + "\" was edited since this run began: it was " +
                     wanted.substr(0, 12) + " and is " + now.substr(0, 12),
                 "restore it to go on with this run, or cancel this run and start a new one"};
  };
  const json& runbook = state().started["runbook"];
  if (const Status unchanged = same("the runbook", runbook["chunk"].get<std::string>(),
                                    runbook["sha256"].get<std::string>());
      !unchanged)
    return unchanged;
  for (const auto& [name, module] : state().modules)
    if (const Status unchanged = same("the module", module["path"].get<std::string>(),
                                      module["sha256"].get<std::string>());
        !unchanged)
      return unchanged;
  for (const auto& [name, digest] : state().started["rows"].items()) {
    const Row* row = engine_.catalogue.find(name);
    if (row && row_digest(*row) == digest) continue;
    bool used = false;
    if (state().plan)
      for (const PlannedPhase& phase : state().plan->phases)
        for (const Intent* intent : intents_of(phase)) used = used || intent->operation == name;
    if (used)
      return Error{"drift",
                   "this version of Countersign carries out " + name +
                       " differently from the one that planned it",
                   "finish the run with the version it began with, or start a new one"};
  }
  return Done{};
}

// What the index knows lets a run's file that was put back be told from the one that went on.
void Run::note() {
  json known = summary(state());
  known["records"] = journal().records().size();
  known["head"] = journal().head();
  (void)engine_.home.note(known);
}

bool Run::came_here() const {
  if (!state().home.empty() && state().home != engine_.home.binding()) return true;
  const Result<json> known = engine_.home.noted(state().id());
  if (!known || !known->is_object()) return false;
  const auto records = known->value("records", std::size_t{0});
  return records > journal().records().size() ||
         (records > 0 && journal().records()[records - 1].hash != known->value("head", ""));
}

// A copy knows nothing of what the run did elsewhere since.
Status Run::check_home() {
  if (!came_here()) return Done{};
  if (!state().used && state().begun.empty() && state().home != engine_.home.binding())
    return ledger_->add("adopted", {{"home", engine_.home.binding()},
                                    {"why", "nothing had been decided when it came here"}});
  return fail({"in_doubt",
               "the run " + state().id() +
                   " came here as a copy, or was put back from a backup: what it did elsewhere "
                   "since is not known here",
               "make sure that nobody goes on with it elsewhere, then: countersign settle " +
                   state().id() + " --adopt --note \"how you know\""});
}

Result<Time> Run::now() {
  Result<Time> now = session_->now();
  if (now) ledger_->set_now(*now);
  return now;
}

Status Run::rest(const std::string& status) {
  if (state().status != status || state().error)
    if (const Status kept = ledger_->add("status", {{"status", status}}); !kept) return kept;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return Done{};
}

Status Run::halt(const std::string& status, const Error& error, json more) {
  more["status"] = status;
  more["error"] = to_json(error);
  if (const Status kept = ledger_->add("status", std::move(more)); !kept) return kept;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return error;
}

Status Run::fail(const Error& error) {
  std::string status = "failed";
  if (error.kind == "drift") status = "drifted";
  if (error.kind == "in_doubt") status = "in_doubt";
  if (error.kind == "state")
    return error;  // the journal itself cannot be written: nothing more is recorded
  if (state().error && state().status == status && to_json(*state().error) == to_json(error))
    return error;
  return halt(status, error);
}

Status Run::advance() {
  if (is_final(state().status)) return Done{};
  if (const Status same = check_script(); !same) return same;
  Result<Time> time = now();
  if (!time) return time.error();
  if (*time < state().last_time - 1)
    return Error{"refused",
                 "the clock says " + iso_time(*time) + ", before the run's last record at " +
                     iso_time(state().last_time),
                 "set the clock right; nothing was written"};
  return go();
}

Status Run::go() {
  if (const Status ours = check_home(); !ours) return ours;
  if (!state().begun.empty()) {
    bool stopped = false;
    if (const Status settled = settle_begun(stopped); !settled) return settled;
    if (stopped) return Done{};
  }
  // A decision that was said not to hold any more, and still does not; a request that nobody
  // answered in time.
  const bool lost = state().status == "awaiting_decision" && state().error && state().request &&
                    !engine_.authorizer.authorize(*state().request, state().decisions,
                                                  ledger_->now(), state().consumed);
  // One that was approved in time for a later moment waits for that moment.
  const bool booked = std::any_of(state().answers.begin(), state().answers.end(),
                                  [](const Answer& answer) { return answer.not_before > 0; });
  const bool late = !state().consumed && state().request && state().decide_by > 0 && !booked &&
                    ledger_->now() > state().decide_by;
  if (state().status == "drifted" || lost || late) {
    // Resuming such a run has the rest planned from what is there now; that needs a new decision.
    if (const Status voided = ledger_->add(
            "plan.voided", {{"why", state().error ? state().error->message : std::string()}});
        !voided)
      return voided;
    if (const Status kept = ledger_->add("status", {{"status", "running"}}); !kept) return kept;
  }
  if (!state().undoing.is_null()) {
    bool stopped = false;
    return go_undo(stopped);
  }
  if (const Status looked = void_evidence(); !looked) return looked;
  for (const json& entry : state().head()["procedure"]) {
    const std::string name = entry["name"].get<std::string>(),
                      kind = entry["phase"].get<std::string>();
    if (state().phases.count(name) != 0 || state().skipped.count(name) != 0) continue;
    if (kind == "read") {
      if (const Status done = run_read(entry); !done) return done;
      if (!state().undoing.is_null()) return go();
    } else if (kind == "wait") {
      bool over = false;
      if (const Status done = run_wait(entry, over); !done) return done;
      if (!over) return rest("awaiting_time");
    } else {
      bool stopped = false;
      if (const Status done = run_mutate(entry, stopped); !done) return done;
      if (stopped) return Done{};
    }
  }
  bool stopped = false;
  if (const Status done = finish(stopped); !done) return done;
  return stopped ? Status(Done{}) : rest("done");
}

Status Run::run_read(const json& entry) {
  const std::string name = entry["name"].get<std::string>();
  const Result<ScriptFile> file = script();
  if (!file) return file.error();
  if (state().current != name)
    if (const Status kept = ledger_->add("phase.started", {{"phase", name}, {"kind", "read"}});
        !kept)
      return kept;
  const Result<json> view = run_view(*ledger_, nullptr, nullptr);
  if (!view) return fail(view.error());
  Walk walk(engine_, session_.get(), *ledger_, standing(Stage::read, name), folder());
  Ending ending =
      walk.run(*file, {{"kind", "phase"}, {"phase", name}, {"part", "body"}, {"run", *view}},
               state().prefix(name));
  if (ending.kind == Ending::skipped) return ledger_->add("phase.skipped", {{"phase", name}});
  if (ending.kind == Ending::unknown)
    return fail(
        {"script",
         "the phase \"" + name + "\" uses run." + ending.what + ", which has not happened yet",
         "move it behind that phase"});
  if (ending.kind == Ending::failed) {
    if (ending.error.kind != "check" || state().checks.empty()) return fail(ending.error);
    const Result<bool> undoing = begin_undo(ending.error, state().checks.back().value("title", ""));
    if (!undoing) return undoing.error();
    return *undoing ? Status(Done{}) : fail(ending.error);
  }
  const Result<std::string> broken = broken_promise(entry, ending.value);
  if (!broken) return fail(broken.error());
  // What was signed builds on the promise: where it is broken, the rest is planned again from what
  // came of it.
  const bool built_on =
      state().plan && std::any_of(state().plan->holes.begin(), state().plan->holes.end(),
                                  [&](const Hole& hole) { return hole.phase == name; });
  if (const Status kept =
          ledger_->add("phase.finished", {{"phase", name}, {"value", ending.value}});
      !kept)
    return kept;
  if (broken->empty() || !built_on) return Done{};
  return ledger_->add("plan.voided", {{"why", *broken}});
}

// Why the value is not what the phase promised to return; empty where it is.
Result<std::string> Run::broken_promise(const json& entry, const json& value) {
  const std::string name = entry["name"].get<std::string>();
  const json returns = entry.value("returns", json::object());
  for (const auto& [key, promise] : returns.items()) {
    const json given = value.is_object() ? value.value(key, json()) : json();
    const std::string hole = promise.value("hole", "");
    bool kept = false;
    if (hole == "document") {
      kept = is_handle(given) && !is_handle(given, "secret");
    } else if (hole == "one_of") {
      const json& values = promise.at("values");
      kept = std::find(values.begin(), values.end(), given) != values.end();
    } else if (hole == "number") {
      kept = given.is_number() && given >= promise.at("from") && given <= promise.at("to");
    } else if (hole == "text" && given.is_string()) {
      // Lua's patterns are matched where Lua runs: in a script host of its own, by the standard
      // library alone.
      const Result<ScriptFile> file = script();
      if (!file) return file.error();
      Walk walk(engine_, session_.get(), *ledger_, standing(Stage::describe, name), folder());
      Ending fits = walk.run(
          *file, {{"kind", "fits"}, {"text", given}, {"pattern", promise.at("pattern")}}, name);
      if (fits.kind != Ending::finished) return fits.error;
      kept = fits.value == true;
    }
    if (kept) continue;
    std::string shown = given.dump(-1, ' ', false, json::error_handler_t::replace);
    if (shown.size() > 120) shown = shown.substr(0, 117) + "...";
    return "\"" + name + "\" returned " + key + " = " + shown + ", and " + range_text(promise) +
           " was signed for";
  }
  return std::string();
}

}  // namespace countersign
