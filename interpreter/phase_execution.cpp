// The order of one applied operation: the gate; the intent is journaled and synced; the carrier
// acts; the outcome is journaled and synced; the target is read back and compared with what was
// signed. What dies in between leaves an intent without an outcome, which is settled on resume:
// nothing is sent that the journal does not name, and nothing is sent twice.
#include "interpreter/phase_execution.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/home.h"
#include "interpreter/incident.h"
#include "interpreter/named_roles.h"
#include "interpreter/placeholder.h"
#include "interpreter/rail_kinds.h"
#include "interpreter/recorded_answers.h"
#include "interpreter/vault.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace {

constexpr std::size_t kMaxScript = 128u << 10;

bool final_kind(const Error& error) {
  return error.kind == "refused" || error.kind == "drift" || error.kind == "state" ||
         error.kind == "config" || error.kind == "limit" || error.kind == "interrupted";
}

// Whether a credential's account could not be asked, or does not know the profile's own thing: then
// this one read has no answer. Nothing was read with it, so a script may go on to others.
bool unanswered(const Error& error) {
  return error.kind == "provider" || error.kind == "transport" || error.kind == "config" ||
         (error.kind == "refused" && error.status == 404);
}

}  // namespace

PhaseExecution::PhaseExecution(Engine& engine, Session* session, Ledger& ledger,
                               PhaseContext standing, std::string folder)
    : engine_(engine),
      session_(session),
      ledger_(ledger),
      standing_(std::move(standing)),
      folder_(std::move(folder)),
      gate_(engine, session, ledger, standing_.compared) {}

PhaseResult PhaseExecution::run(const ScriptFile& script, const json& task,
                                const std::string& prefix) {
  // A plan is made of one look at the account, however many of its operations ask for the same.
  const OneLook look(standing_.stage == Stage::plan ? session_ : nullptr);
  HostOptions all = talk();
  all.script = script;
  all.task = task;
  all.prefix = prefix;
  return converse(all, *this);
}

HostOptions PhaseExecution::talk() const {
  HostOptions talk;
  talk.executable = engine_.host_executable;
  talk.prelude = engine_.prelude;
  // A run keeps the standard library that it began with.
  const json kept = ledger_.state().started.value("prelude", json::object());
  for (ScriptFile& one : talk.prelude)
    if (kept.contains(one.name))
      if (Result<std::string> text = ledger_.journal().get(kept[one.name].get<std::string>()))
        one.text = std::move(*text);
  talk.interrupted = engine_.interrupted;
  json operations = json::array();
  for (const Row& row : engine_.catalogue.rows()) operations.push_back(row.name);
  talk.setup = {{"operations", std::move(operations)}, {"rails", rail_kinds_for_script()}};
  return talk;
}

CallOutcome PhaseExecution::serve(const HostCall& call) {
  if (call.name.rfind("run.", 0) == 0) return record(call);
  // What is typed finds outcomes of its own only where it is replayed.
  const bool reading = standing_.stage == Stage::read || standing_.stage == Stage::explore ||
                       standing_.stage == Stage::draft;
  if (reading || standing_.stage == Stage::apply) {
    const auto& outcomes = ledger_.state().outcomes;
    if (const auto at = outcomes.find(call.key); at != outcomes.end())
      return replayed(call, at->second);
  }
  if (standing_.stage == Stage::plan) {
    // Planned again in the middle of a phase: what is done stays done, and the rest is planned.
    const auto& outcomes = ledger_.state().outcomes;
    if (const auto at = outcomes.find(call.key);
        at != outcomes.end() && at->second.n > 0 && !at->second.error) {
      if (at->second.operation != call.name) return replayed(call, at->second);
      return CallOutcome::answer(make_placeholder(at->second.n, ""));
    }
  }
  if (standing_.replaying)
    return CallOutcome::end({"drift",
                             "the journal has no outcome of " + call.name + " at " + call.key, "",
                             call.name, call.where});
  const Row* row = gate_.row(call);
  if (standing_.stage == Stage::apply && row && row->effect != Effect::read) {
    // Time is asked anew before every change: windows and validity are looked at with it.
    const Result<Time> now = session_->now();
    if (!now && no_answer(now.error())) return not_sent(now.error(), call);
    if (!now) return CallOutcome::end(now.error());
    ledger_.set_now(*now);
  }
  OneLook look(standing_.stage == Stage::apply ? session_ : nullptr);
  std::optional<json> before;
  HostCall filled;
  if (auto error = gate_.refusal(call, standing_, filled, before)) {
    // A script may catch what it asked wrongly; it may not catch a refusal.
    if (error->kind == "argument" && reading) return answered(call, *error);
    if (reading && row->effect == Effect::read && unanswered(*error)) {
      error->kind = error->kind == "transport" ? "transport" : "provider";
      return CallOutcome::carry([error = *error]() -> Result<json> { return error; });
    }
    if (standing_.stage == Stage::apply && no_answer(*error)) return not_sent(*error, call);
    return CallOutcome::end(*error);
  }
  if (standing_.stage == Stage::plan) return intend(call, *row);
  if (standing_.stage == Stage::draft && row->effect != Effect::read) return draft(call, *row);
  if (standing_.stage == Stage::apply) return apply(call, filled, *row, before, look);
  return CallOutcome::carry([this, row, arguments = call.arguments] {
    return row->carrier(Call{*session_, arguments, nullptr});
  });
}

// What it asked wrongly is an outcome too: walked again, the script is told the same.
CallOutcome PhaseExecution::answered(const HostCall& call, const Error& error) {
  if (const Status kept =
          ledger_.add(OutcomeRecord{.key = call.key,
                                    .operation = call.name,
                                    .arguments_sha256 = arguments_digest(call.arguments),
                                    .error = error});
      !kept)
    return CallOutcome::end(kept.error());
  return CallOutcome::answer(error);
}

// What is looked at before a change is not known, and the change was not sent.
CallOutcome PhaseExecution::not_sent(Error error, const HostCall& call) {
  unanswered_ = true;
  const std::string said = call.name + " was not carried out: ";
  if (error.message.rfind(said, 0) != 0) error.message = said + error.message;
  return CallOutcome::end(located(std::move(error), call));
}

Status PhaseExecution::deliver(const HostCall& call, Result<json>& result) {
  if (session_) {
    if (result)
      session_->vault().scrub(*result);
    else
      result.error().message = session_->vault().scrub(result.error().message);
  }
  OutcomeRecord outcome{.key = call.key,
                        .operation = call.name,
                        .arguments_sha256 = arguments_digest(call.arguments)};
  if (result) {
    const Result<std::string> sound = canonicalize(*result);
    if (!sound)
      result =
          Error{"provider", call.name + ": the answer cannot be recorded: " + sound.error().message,
                "", call.name, call.where};
  }
  if (!result) {
    const Error error = located(result.error(), call);
    result = error;
    if (final_kind(error)) return error;
    outcome.error = error;
  } else {
    outcome.value = *result;
  }
  return ledger_.add(outcome);
}

CallOutcome PhaseExecution::replayed(const HostCall& call, const Outcome& outcome) {
  const std::string digest = arguments_digest(call.arguments);
  if (outcome.operation != call.name ||
      (!outcome.arguments_sha256.empty() && outcome.arguments_sha256 != digest))
    return CallOutcome::end({"drift",
                             "the script diverges from its journal at " + call.key + ": then " +
                                 outcome.operation + ", now " + call.name +
                                 (outcome.operation == call.name ? " with other arguments" : ""),
                             "the run replays only with the script it began with; start a new run",
                             call.name, call.where});
  if (standing_.stage == Stage::apply) {
    // Done in an earlier process: the script sees the same placeholder as then.
    if (outcome.error) return CallOutcome::end(*outcome.error);
    const Intent* next = intent_at(*standing_.planned, standing_.next);
    if (next != nullptr && next->n == outcome.n) {
      ++standing_.next;
      if (const Status same = read_back_again(*next, call.key); !same)
        return CallOutcome::end(located(same.error(), call));
    }
    return CallOutcome::answer(make_placeholder(outcome.n, ""), outcome.seq);
  }
  if (outcome.error) return CallOutcome::answer(*outcome.error, outcome.seq);
  return CallOutcome::answer(outcome.value, outcome.seq);
}

// run.step, run.check, run.note, run.finding, run.now
CallOutcome PhaseExecution::record(const HostCall& call) {
  const std::string word = call.name.substr(4);
  const bool mutating = standing_.stage == Stage::plan || standing_.stage == Stage::apply;
  if (standing_.stage == Stage::describe)
    return CallOutcome::end({"refused", word + " was called while the script is loaded",
                             "call it inside a phase", "", call.where});
  if (word == "now") {
    if (mutating)
      return CallOutcome::end({"refused", "time.now: a mutating phase does not read the clock",
                               "read it in a read phase before, and use run.<phase>", "",
                               call.where});
    if (const auto at = ledger_.state().outcomes.find(call.key);
        at != ledger_.state().outcomes.end())
      return replayed(call, at->second);
    if (session_) {
      const Result<Time> now = session_->now();
      if (!now) return CallOutcome::answer(now.error());
      ledger_.set_now(*now);
    }
    const Time now = ledger_.now();
    if (const Status kept =
            ledger_.add(OutcomeRecord{.key = call.key,
                                      .operation = "run.now",
                                      .arguments_sha256 = arguments_digest(call.arguments),
                                      .value = now});
        !kept)
      return CallOutcome::end(kept.error());
    return CallOutcome::answer(json(now));
  }
  const auto kind = parse_word<RecordKind>(word);
  if (kind != RecordKind::step && kind != RecordKind::check && kind != RecordKind::note &&
      kind != RecordKind::finding)
    return CallOutcome::end(
        {"argument", "there is no operation \"" + call.name + "\"", "", call.name, call.where});
  json body = call.arguments;
  if (!body.is_object() || has_placeholder(body))
    return CallOutcome::end({"argument", word + ": got a value that is not known yet",
                             "name only what read phases returned", "", call.where});
  if (const std::string role = kind == RecordKind::finding ? body.value("inform", "") : "";
      !role.empty())
    if (const Status known = check_role(role, engine_.authorizer); !known)
      return CallOutcome::end({known.error().kind, "finding: inform: " + known.error().message,
                               known.error().hint, "", call.where});
  if (kind == RecordKind::step) {
    if (!mutating && standing_.stage != Stage::draft)
      return CallOutcome::end(
          {"argument", "step: \"" + standing_.phase + "\" is not a mutating phase",
           "steps structure what changes; use note in a read phase", "", call.where});
    if (!standing_.replaying && (standing_.stage == Stage::plan || standing_.stage == Stage::draft))
      planned.steps.push_back({body.value("title", ""), {}});
  }
  if (standing_.stage != Stage::plan && ledger_.state().recorded.count(call.key) == 0) {
    if (const Status added = keep(*kind, call); !added) return CallOutcome::end(added.error());
  }
  if (kind == RecordKind::check && !body.value("ok", false)) {
    failed_check_ = body.value("title", "");
    std::string detail;
    if (body.contains("detail") && !body["detail"].is_null())
      detail = body["detail"].is_string()
                   ? ": " + body["detail"].get<std::string>()
                   : ": " + body["detail"].dump(-1, ' ', false, json::error_handler_t::replace);
    return CallOutcome::end(
        {"check", "the check failed: " + body.value("title", "") + detail, "", "", call.where});
  }
  return CallOutcome::answer(json());
}

// What a script says is the body of the record, with the place where it says it.
template <class R>
Status PhaseExecution::keep_said(const HostCall& call, R* said) {
  json body = call.arguments;
  body["key"] = call.key;
  body["phase"] = standing_.phase;
  body["where"] = call.where;
  Result<R> record = body_as<R>(body);
  if (!record)
    return Error{"argument", call.name.substr(4) + ": " + record.error().message, "", "",
                 call.where};
  if (said) *said = *record;
  return ledger_.add(*record);
}

Status PhaseExecution::keep(RecordKind kind, const HostCall& call) {
  if (kind == RecordKind::step) return keep_said<StepRecord>(call);
  if (kind == RecordKind::check) return keep_said<CheckRecord>(call);
  if (kind == RecordKind::note) return keep_said<NoteRecord>(call);
  FindingRecord finding;
  if (const Status kept = keep_said(call, &finding); !kept) return kept;
  // What is found where it was found before, looked at again, blocks nothing a second time.
  if (finding.severity != Severity::high || raised_before(ledger_, finding)) return Done{};
  return raise_incident(engine_, ledger_, finding, ledger_.state().id());
}

CallOutcome PhaseExecution::intend(const HostCall& call, const Row& row) {
  Intent intent;
  int count = 0;
  for (const PlanStep& step : planned.steps) count += static_cast<int>(step.intents.size());
  intent.n = first + count;
  intent.operation = call.name;
  intent.effect = row.effect.name();
  intent.arguments = call.arguments;
  intent.where = call.where;
  intent.irreversible = row.irreversible;
  const Call full{*session_, call.arguments, standing_.overlay};
  const auto end = [&](Error error) { return CallOutcome::end(located(std::move(error), call)); };
  // What is kept and shown of a secret would be written in its place, or the secret be kept and
  // shown.
  json shown = call.arguments;
  session_->vault().scrub(shown);
  if (shown != call.arguments ||
      call.arguments.dump().find("[secret profile:") != std::string::npos)
    return end(
        {"refused", call.name + ": an argument holds a secret, or what stands for one",
         "a secret goes into an argument as its handle; where a provider's own text holds one, "
         "mend that by hand first"});
  const auto scrubbed = [&](json state) {
    session_->vault().scrub(state);
    return state;
  };
  if (const Status known = ranges_known(call); !known) return end(known.error());
  // A target that is named by a placeholder cannot be looked at before that is known.
  bool named_later = false;
  const Result<std::string> target =
      planned_target(row, *session_, call.arguments, standing_.overlay, named_later);
  if (!target) return end(target.error());
  intent.target = *target;
  Result<json> sources = sources_of(row, full);
  if (!sources) return end(sources.error());
  intent.sources = scrubbed(std::move(*sources));
  std::optional<json> before;
  if (row.before) {
    if (const auto projected = standing_.overlay->find(*target)) {
      before = *projected;
    } else if (named_later) {
      intent.known_after = depends_on(call.arguments);
    } else {
      const Result<json> live = row.before(full);
      if (!live) return end(live.error());
      before = comparable(row, *live);
    }
    if (const int n = standing_.overlay->known_after(*target); n > 0) intent.known_after = n;
  }
  if (before) intent.before = scrubbed(*before);
  if (row.project && before) {
    const Result<json> after = row.project(full, *before);
    if (!after) return end(after.error());
    const json projected = comparable(row, *after);
    standing_.overlay->set(*target, projected);
    intent.after = scrubbed(projected);
  } else {
    standing_.overlay->obscure(*target, intent.n);
  }
  intent.affects = row.affects;
  if (row.affects_of) {
    Result<std::vector<std::string>> more = row.affects_of(full);
    if (!more) return end(more.error());
    intent.affects.insert(intent.affects.end(), more->begin(), more->end());
  }
  // The target itself is projected, whatever else changes.
  for (const std::string& pointer : intent.affects)
    if (pointer != intent.target) standing_.overlay->obscure(pointer, intent.n);
  if (planned.steps.empty()) planned.steps.push_back({planned.title, {}});
  if (in_plan) {
    // The plan that rails and ranges look at grows with the phase.
    for (std::size_t i = in_plan->steps.size(); i < planned.steps.size(); ++i)
      in_plan->steps.push_back({planned.steps[i].title, {}});
    in_plan->steps[planned.steps.size() - 1].intents.push_back(intent);
  }
  planned.steps.back().intents.push_back(std::move(intent));
  return CallOutcome::answer(make_placeholder(first + count, ""));
}

// An intent of a draft is an outcome of the conversation: replayed, it is the same placeholder.
CallOutcome PhaseExecution::draft(const HostCall& call, const Row& row) {
  std::set<int> there;
  for (const Intent* intent : intents_of(planned)) there.insert(intent->n);
  for (const int n : operations_in(call.arguments))
    if (there.count(n) == 0)
      return answered(
          call,
          Error{"argument", call.name + ": it builds on a change that is not in the draft any more",
                "type that change again", call.name, call.where});
  CallOutcome served = intend(call, row);
  if (served.final || !served.reply || !*served.reply) return served;
  if (const Status kept =
          ledger_.add(OutcomeRecord{.key = call.key,
                                    .operation = call.name,
                                    .arguments_sha256 = arguments_digest(call.arguments),
                                    .value = **served.reply});
      !kept)
    return CallOutcome::end(kept.error());
  return served;
}

// What later operations are built on has a range, which is shown and signed.
Status PhaseExecution::ranges_known(const HostCall& call) const {
  const std::string account = ledger_.state().started.value("account", "");
  for (const auto& [n, path] : placeholders_in(call.arguments)) {
    if (n >= kHoles) continue;
    const Intent* intent = planned_intent(n);
    std::string operation = intent ? intent->operation : "", names;
    json arguments = intent ? intent->arguments : json::object();
    // Carried out already, under an earlier plan.
    if (!intent)
      for (const AppliedOperation& one : ledger_.state().confirmed)
        if (one.n == n) {
          operation = one.operation;
          arguments = one.arguments;
        }
    const Row* row = engine_.catalogue.find(operation);
    if (!row || !range_of(*row, arguments, account, path).is_null()) continue;
    if (row->changing)
      for (const Returned& one : row->changing->returns.fields())
        names += (names.empty() ? "" : ", ") + one.path.substr(1);
    return Error{"refused",
                 call.name + " was not planned: what " + operation + " returns at \"" +
                     (path.empty() ? path : path.substr(1)) +
                     "\" has no range that could be signed, so nothing can be built on it",
                 names.empty() ? "read it in a read phase after that change"
                               : "it hands on: " + names + "; read the rest in a read phase"};
  }
  return Done{};
}

// Of the phase that is being planned, else of the plan so far.
const Intent* PhaseExecution::planned_intent(int n) const {
  for (const PlanStep& step : planned.steps)
    for (const Intent& one : step.intents)
      if (one.n == n) return &one;
  return standing_.draft ? standing_.draft->intent(n) : nullptr;
}

namespace {

bool deletes(const Row& row) {
  return row.effect == Effect::destroy || verb_of(row.name) == "delete";
}

}  // namespace

// What was signed to be deleted though it was gone already is not asked for a second time.
CallOutcome PhaseExecution::apply(const HostCall& call, const HostCall& filled, const Row& row,
                                  const std::optional<json>& before, OneLook& look) {
  const Intent& intent = next_intent(standing_);
  const auto end = [&](Error error) { return CallOutcome::end(located(std::move(error), call)); };
  const json& arguments = filled.arguments;
  const Result<json> sources = fill(intent.sources, ledger_.state().results);
  if (!sources) return end(sources.error());
  const Call full{*session_, arguments, nullptr, before ? &*before : nullptr, &*sources};
  // A target that was named by a placeholder is known now.
  Result<std::string> target = row.target(full);
  if (!target) return end(target.error());
  const auto begun = ledger_.state().begun.find(call.key);
  if (begun == ledger_.state().begun.end()) {
    const IntentRecord record{.key = call.key,
                              .phase = standing_.phase,
                              .n = intent.n,
                              .operation = call.name,
                              .target = *target,
                              .arguments = arguments,
                              .where = call.where,
                              .before = before};
    if (const Status kept = ledger_.add(record); !kept) return end(kept.error());
    if (const Status synced = ledger_.sync(); !synced) return end(synced.error());
    if (const Status noted =
            engine_.home.note_sent(ledger_.state().request_sha256, intent.n, call.key);
        !noted)
      return end(noted.error());
  }
  const bool gone = deletes(row) && before && before->is_null() && intent.before &&
                    intent.before->is_null() && intent.after && intent.after->is_null();
  Result<json> result = gone ? Result<json>(json::object()) : row.carrier(full);
  look.end();
  OutcomeRecord outcome{.key = call.key,
                        .operation = call.name,
                        .arguments_sha256 = arguments_digest(call.arguments)};
  if (!result) {
    Error error = result.error();
    error.message = session_->vault().scrub(error.message);
    // The provider may have acted although no answer came: only a settle rule or a person can know.
    const bool unknown = error.kind == "in_doubt" ||
                         (error.kind == "transport" && error.status == 0) ||
                         (error.kind == "provider" && error.status >= 500);
    if (unknown) {
      error.kind = "in_doubt";
      error.message = call.name + " may or may not have been carried out: " + error.message;
      error.hint = "resume the run to have it settled by what is there now";
      return end(error);
    }
    outcome.error = error;
    if (const Status kept = ledger_.add(outcome); !kept) return end(kept.error());
    (void)ledger_.sync();
    return end(error);
  }
  session_->vault().scrub(*result);
  outcome.value = *result;
  if (row.made) outcome.made = row.made(*result);
  if (const Status kept = ledger_.add(outcome); !kept) return end(kept.error());
  // The intent of the next change, before which nothing is sent, is synced with it. Until then a
  // cut of the power loses only what the account itself tells again.
  const bool told_again = row.settle == Settle::by_state && intent.after && !row.made;
  if (const Status synced = told_again ? ledger_.write() : ledger_.sync(); !synced)
    return end(synced.error());
  ++standing_.next;
  if (const Status good =
          as_returned(engine_, ledger_.state(), standing_.snapshot, intent, *result);
      !good)
    return end(good.error());
  if (const Status same = read_back(row, intent, arguments); !same) return end(same.error());
  // Of a program nobody but the program knows what it changed, and where.
  if (row.settle == Settle::ask) gate_.compare_again();
  return CallOutcome::answer(make_placeholder(intent.n, ""));
}

// What was signed is what is there now. Providers answer reads a little behind writes, so it asks a
// few times.
Status PhaseExecution::read_back(const Row& row, const Intent& intent, const json& arguments) {
  if (!row.before || !intent.after) return Done{};
  json wanted = TRY(fill(*intent.after, ledger_.state().results));
  json diff;
  for (int attempt = 0; attempt < 4; ++attempt) {
    if (attempt > 0) engine_.clock.sleep(std::chrono::milliseconds(100 << attempt));
    const Result<json> live = row.before(Call{*session_, arguments, nullptr});
    if (!live) {
      unanswered_ = no_answer(live.error());
      Error error = live.error();
      error.message =
          row.name + " was carried out, and what is there now could not be read: " + error.message;
      return error;
    }
    json now = comparable(row, *live);
    session_->vault().scrub(now);
    diff = difference(wanted, now);
    if (diff.empty()) return Done{};
  }
  std::string text;
  for (const json& one : diff)
    text += (text.empty() ? "" : ", ") + intent.target + one["path"].get<std::string>();
  return Error{"drift",
               row.name + " was carried out, but what is there now is not what was signed: " + text,
               "somebody else may be changing the same thing; compare with `countersign show`"};
}

// The last that was done before a run stopped may not have been looked at. What a person settled is
// held against what was signed when the phase ends.
Status PhaseExecution::read_back_again(const Intent& intent, const std::string& key) {
  const RunState& state = ledger_.state();
  const auto& confirmed = state.confirmed;
  if (state.settled(key) != nullptr) return Done{};
  const Row* row = engine_.catalogue.find(intent.operation);
  if (standing_.replaying || !row || confirmed.empty() || confirmed.back().n != intent.n)
    return Done{};
  return read_back(*row, intent, confirmed.back().arguments);
}

Result<ScriptFile> PhaseExecution::module(const std::string& name) {
  for (const char c : name)
    if (!(std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.'))
      return Error{"script", "require: \"" + name + "\" is not the name of a module",
                   "letters, digits, - and _, parts joined by dots"};
  if (name.empty() || name.front() == '.' || name.find("..") != std::string::npos)
    return Error{"script", "require: \"" + name + "\" is not the name of a module"};
  const auto& modules = ledger_.state().modules;
  if (const auto at = modules.find(name); at != modules.end()) {
    std::string text = TRY(ledger_.journal().get(at->second["sha256"].get<std::string>()));
    return ScriptFile{name, at->second["chunk"].get<std::string>(), text};
  }
  // What a run loads was there when its script was read, before anything was signed.
  if (ledger_.state().started.contains("runbook") || standing_.replaying)
    return Error{"refused", "the module \"" + name + "\" was not there when the run began",
                 "require it at the top level of the script, by its name, and start a new run"};
  std::string path = name;
  for (char& c : path)
    if (c == '.') c = '/';
  // A symptom in a folder of its own shares the modules of the runbooks above it.
  const std::string beside = folder_ + "/" + path + ".lua";
  path = beside;
  WholeFile file = read_whole(path, kMaxScript);
  if (file.error != 0 && file.error != EFBIG) {
    const std::size_t slash = folder_.rfind('/');
    const std::string above = slash == std::string::npos ? ".." : folder_.substr(0, slash);
    path = above + beside.substr(folder_.size());
    file = read_whole(path, kMaxScript);
  }
  if (file.error == EFBIG)
    return Error{"limit", "the module \"" + name + "\" is larger than 128 KiB", "split it"};
  if (!file)
    return Error{"script", "require: there is no module \"" + name + "\" beside the runbook",
                 "looked for " + beside + ", then in the folder above"};
  const std::string& text = file.bytes;
  // Pinned: a run keeps the bytes it began with.
  const std::string sha256 = ledger_.journal().put(text);
  TRY(ledger_.add(
      ModuleRecord{.name = name,
                   .chunk = path,
                   .sha256 = sha256,
                   .path = std::filesystem::absolute(path).lexically_normal().string()}));
  return ScriptFile{name, path, text};
}

void PhaseExecution::print(const std::string& text) {
  if (engine_.print && standing_.stage != Stage::plan && !standing_.replaying)
    engine_.print(session_ ? session_->vault().scrub(text) : text);
}

std::vector<std::string> holes_of(const RunState& state, const Plan& plan,
                                  const std::string& phase) {
  if (const auto begun = state.begun_holes.find(phase); begun != state.begun_holes.end())
    return begun->second;
  std::vector<std::string> names;
  for (const Hole& hole : plan.holes)
    if (names.empty() || names.back() != hole.phase) names.push_back(hole.phase);
  return names;
}

Result<json> run_view(const Ledger& ledger, const Plan* draft,
                      const std::vector<std::string>* holes) {
  const RunState& state = ledger.state();
  json phases = json::object(), skipped = json::object();
  for (const auto& [name, value] : state.phases) {
    json shown = TRY(holes ? Result<json>(value) : fill(value, state.results));
    phases[name] = {{"value", shown}};
  }
  for (const std::string& name : state.skipped) skipped[name] = true;
  const Time began = state.work_began();
  // Mutating phases see what read phases promised, not what came of it: planned and applied they
  // walk alike.
  int place = kHoles;
  for (const json& entry : state.head().value("procedure", json::array())) {
    const json promised = entry.value("returns", json::object());
    const std::string name = entry.value("name", "");
    if (holes && std::find(holes->begin(), holes->end(), name) != holes->end()) {
      json value = json::object();
      for (const auto& [key, kind] : promised.items())
        value[key] = make_placeholder(place, "/" + escape_pointer(key));
      phases[name] = {{"value", std::move(value)}};
      skipped.erase(name);
    }
    ++place;
  }
  if (draft)
    for (const PlannedPhase& phase : draft->phases)
      if (phase.kind == PhaseKind::mutate && !phases.contains(phase.name))
        phases[phase.name] = {{"value", phase.value}};
  return json{{"id", state.id()},
              {"params", state.started["parameters"]},
              {"profile", state.started["profile"]},
              {"started", began},
              {"today", iso_time(began).substr(0, 10)},
              {"phases", phases},
              {"skipped", skipped}};
}

}  // namespace countersign
