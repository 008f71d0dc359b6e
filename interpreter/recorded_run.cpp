#include "interpreter/recorded_run.h"

#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/home.h"
#include "interpreter/parameters.h"
#include "interpreter/replay.h"

namespace countersign {
namespace {

bool same_operations(const PlannedPhase& planned, const CarriedOut& done) {
  const auto intents = intents_of(planned);
  return intents.size() == done.operations.size() &&
         std::equal(intents.begin(), intents.end(), done.operations.begin(),
                    [](const Intent* intent, const auto& one) {
                      return intent->operation == one.first && intent->arguments == one.second;
                    });
}

// Whether the phase ended because a call of it had no answer.
bool for_want_of_an_answer(const Error& error, const std::vector<UnansweredCall>& unanswered,
                           std::size_t before) {
  return std::any_of(unanswered.begin() + static_cast<std::ptrdiff_t>(before), unanswered.end(),
                     [&](const UnansweredCall& one) {
                       return error.kind == "transport" && error.operation == one.operation &&
                              error.where == one.where;
                     });
}

class RecordedProcedure {
 public:
  RecordedProcedure(Engine& engine, const RecordedRun& run, Documents& documents,
                    const WalkOptions& options)
      : engine_(engine),
        run_(run),
        options_(options),
        vault_(engine.home.key()),
        session_(run.started, vault_, documents) {
    source_.answers = run.answers;
    source_.computed = options.computed;
    source_.modules = options.modules;
    for (const auto& [name, module] : run.modules) source_.modules.emplace(name, module);
  }

  Result<WalkedRun> walk();

 private:
  std::unique_ptr<Ledger> ledger() const;
  Result<json> described();
  Status begin(json head);
  Result<json> view(const Ledger& ledger, bool plans) const;
  json task(const std::string& phase, json run) const;
  bool read(const json& entry);
  bool mutate(const json& entry);
  void wait(const json& entry);
  void note(const json& entry, WalkEnding ending, const std::string& why = "");
  bool failed(const json& entry, const Error& error);
  std::string unreached() const;

  Engine& engine_;
  const RecordedRun& run_;
  const WalkOptions& options_;
  Vault vault_;
  RecordedSession session_;
  Recording source_;
  WalkedRun out_;
  bool planned_only_ = false;  // something would have been changed that was not
  int next_ = 1;
};

// The state goes from walk to walk; nothing of it is kept anywhere.
std::unique_ptr<Ledger> RecordedProcedure::ledger() const {
  auto made = std::make_unique<Ledger>(copy_of_documents(*run_.scripts), out_.state, nullptr,
                                       engine_.clock);
  made->set_vault(&vault_);
  made->simulated(true);  // its time is the recording's, and stands
  return made;
}

Result<json> RecordedProcedure::described() {
  const std::unique_ptr<Ledger> journal = ledger();
  RecordedWalk walk(source_, engine_, nullptr, *journal, PhaseContext{}, options_.folder);
  PhaseResult ending = walk.run(options_.script, {{"kind", "describe"}}, "load");
  if (ending.kind != PhaseResult::finished) return ending.error;
  if (!ending.value.is_object() || ending.value.value("is", "") != "runbook")
    return Error{"usage", "\"" + options_.script.chunk + "\" is not a runbook",
                 "end it with `return runbook { … }`"};
  // What it requires is what the phases find, too.
  for (const auto& [name, module] : journal->state().modules) {
    std::string text = TRY(journal->journal().get(module["sha256"].get<std::string>()));
    source_.modules.emplace(name, ScriptFile{name, module.value("chunk", ""), std::move(text)});
  }
  return std::move(ending.value);
}

Status RecordedProcedure::begin(json head) {
  json started = run_.started;
  const json declared = head.value("parameters", json::object());
  json given = options_.parameters;
  if (given.is_null()) {
    given = started.value("parameters", json::object());
    for (const auto& [name, one] : declared.items())
      if (!given.contains(name) && one.is_object() && one.contains("default") &&
          !one["default"].is_null())
        given[name] = one["default"];
    // What is not declared any more is nobody's parameter.
    for (auto one = given.begin(); one != given.end();)
      one = declared.contains(one.key()) ? std::next(one) : given.erase(one);
  } else {
    json values = TRY(check_parameters(declared, given));
    given = std::move(values);
  }
  started["parameters"] = given;
  started["runbook"]["head"] = head;
  // Without an id nothing that is found raises an incident.
  started["run"] = "";
  out_.state.started = std::move(started);
  out_.state.started_at = run_.began;
  out_.head = std::move(head);
  session_.set_now(run_.began);
  return Done{};
}

Result<json> RecordedProcedure::view(const Ledger& ledger, bool plans) const {
  std::vector<std::string> holes;
  for (const Hole& hole : out_.plan.holes)
    if (holes.empty() || holes.back() != hole.phase) holes.push_back(hole.phase);
  json view = TRY(run_view(ledger, plans ? &out_.plan : nullptr, plans ? &holes : nullptr));
  view["id"] = run_.started.value("run", "");
  return view;
}

json RecordedProcedure::task(const std::string& phase, json run) const {
  return {{"kind", "phase"}, {"phase", phase}, {"part", "body"}, {"run", std::move(run)}};
}

void RecordedProcedure::note(const json& entry, WalkEnding ending, const std::string& why) {
  out_.phases.push_back(
      {entry["name"].get<std::string>(), phase_kind(entry).value_or(PhaseKind::read), ending, why});
}

bool RecordedProcedure::failed(const json& entry, const Error& error) {
  note(entry, WalkEnding::failed, error.message);
  out_.error = error;
  return false;
}

// Whether the walk goes on.
bool RecordedProcedure::read(const json& entry) {
  const std::string name = entry["name"].get<std::string>();
  source_.answers.enter(name);
  const auto began = run_.times.find(name);
  if (began != run_.times.end()) session_.set_now(began->second);
  const std::unique_ptr<Ledger> journal = ledger();
  journal->set_now(session_.time());
  if (const Status kept = journal->add(PhaseStartedRecord{.phase = name, .kind = PhaseKind::read});
      !kept)
    return failed(entry, kept.error());
  const Result<json> seen = view(*journal, false);
  if (!seen) return failed(entry, seen.error());
  PhaseContext where;
  where.stage = Stage::read;
  where.phase = name;
  const std::size_t before = source_.unanswered.size();
  RecordedWalk walk(source_, engine_, &session_, *journal, where, options_.folder);
  const PhaseResult ending = walk.run(options_.script, task(name, *seen), name);
  out_.state = journal->state();
  out_.state.current.clear();
  if (ending.kind == PhaseResult::skipped) {
    out_.state.skipped.insert(name);
    note(entry, WalkEnding::skipped);
  } else if (ending.kind == PhaseResult::unknown) {
    note(entry, WalkEnding::unknown, "it depends on run." + ending.what);
  } else if (ending.kind == PhaseResult::failed) {
    if (!walk.failed_check().empty() ||
        !for_want_of_an_answer(ending.error, source_.unanswered, before))
      return failed(entry, ending.error);
    note(entry, WalkEnding::unknown, ending.error.message);
  } else {
    out_.state.phases[name] = ending.value;
    out_.state.ended[name] = session_.time();
    note(entry, WalkEnding::finished);
  }
  return true;
}

bool RecordedProcedure::mutate(const json& entry) {
  const std::string name = entry["name"].get<std::string>();
  source_.answers.enter(name);
  out_.plan.holes.clear();
  for (const json& one : out_.head["procedure"]) {
    const std::string other = one["name"].get<std::string>();
    if (out_.state.phases.count(other) != 0 || out_.state.skipped.count(other) != 0) continue;
    const json returns = one.value("returns", json::object());
    for (const auto& [key, promise] : returns.items())
      out_.plan.holes.push_back({other, key, promise});
  }
  PlannedPhase phase;
  phase.name = name;
  phase.title = entry.value("title", json()).is_string() ? entry["title"].get<std::string>() : name;
  const std::unique_ptr<Ledger> journal = ledger();
  const Result<json> seen = view(*journal, true);
  if (!seen) return failed(entry, seen.error());
  PhaseContext where;
  where.stage = Stage::plan;
  where.phase = name;
  where.draft = &out_.plan;
  Overlay overlay;
  where.overlay = &overlay;
  RecordedWalk walk(source_, engine_, &session_, *journal, where, options_.folder);
  // What signed undoing lies between is numbered too: results are found by the number they had.
  const auto done = run_.carried_out.find(name);
  if (done != run_.carried_out.end()) next_ = std::max(next_, done->second.first);
  walk.first = next_;
  walk.planned = phase;
  PhaseResult ending = walk.run(options_.script, task(name, *seen), name);
  if (ending.kind == PhaseResult::failed) return failed(entry, ending.error);
  if (ending.kind == PhaseResult::skipped) {
    out_.state.skipped.insert(name);
    note(entry, WalkEnding::skipped);
    return true;
  }
  if (ending.kind == PhaseResult::unknown) {
    out_.plan.later.emplace_back(name, "it depends on run." + ending.what);
    note(entry, WalkEnding::unknown, out_.plan.later.back().second);
    planned_only_ = true;
    return true;
  }
  walk.planned.value = ending.value;
  const int count = static_cast<int>(intents_of(walk.planned).size());
  if (count == 0) {
    out_.state.phases[name] = ending.value;
  } else if (!planned_only_ && done != run_.carried_out.end() &&
             same_operations(walk.planned, done->second)) {
    out_.state.phases[name] = done->second.value;
    out_.state.results.insert(run_.results.begin(), run_.results.end());
    source_.answers.leave(name);
  } else {
    planned_only_ = out_.awaits = true;
  }
  next_ += count;
  out_.plan.phases.push_back(std::move(walk.planned));
  note(entry, WalkEnding::finished);
  return true;
}

// Time that was waited then is not waited again.
void RecordedProcedure::wait(const json& entry) {
  const std::string name = entry["name"].get<std::string>();
  if (run_.skipped.count(name) != 0) {
    out_.state.skipped.insert(name);
    note(entry, WalkEnding::skipped);
  } else {
    out_.state.phases[name] = json();
    note(entry, WalkEnding::finished);
  }
}

std::string RecordedProcedure::unreached() const {
  return out_.error ? "the walk ended before it"
                    : "it follows a change that was not carried out then";
}

Result<WalkedRun> RecordedProcedure::walk() {
  // While it is read it may require what the recorded script did not.
  out_.state.started = {{"prelude", run_.started.value("prelude", json::object())}};
  json head = TRY(described());
  TRY(begin(std::move(head)));
  bool goes_on = true;
  for (const json& entry : out_.head.at("procedure")) {
    const PhaseKind kind = phase_kind(entry).value_or(PhaseKind::read);
    if (!goes_on || (planned_only_ && kind != PhaseKind::mutate))
      note(entry, WalkEnding::not_walked, unreached());
    else if (kind == PhaseKind::mutate)
      goes_on = mutate(entry);
    else if (kind == PhaseKind::read)
      goes_on = read(entry);
    else
      wait(entry);
  }
  out_.answered = std::move(source_.answered);
  out_.unanswered = std::move(source_.unanswered);
  return std::move(out_);
}

// Arguments as they were planned: with placeholders, as a walk plans them again.
void keep_carried_out(RecordedRun& out, const RunState& state) {
  if (!state.plan) return;
  for (const PlannedPhase& phase : state.plan->phases) {
    const auto finished = state.phases.find(phase.name);
    const auto intents = intents_of(phase);
    if (phase.kind != PhaseKind::mutate || finished == state.phases.end() || intents.empty())
      continue;
    CarriedOut done{intents.front()->n, {}, {}};
    for (const Intent* intent : intents)
      done.operations.emplace_back(intent->operation, intent->arguments);
    done.value = finished->second;
    out.carried_out[phase.name] = std::move(done);
  }
}

}  // namespace

const char* to_string(WalkEnding ending) {
  switch (ending) {
    case WalkEnding::finished:
      return "finished";
    case WalkEnding::skipped:
      return "skipped";
    case WalkEnding::failed:
      return "failed";
    case WalkEnding::unknown:
      return "unknown";
    case WalkEnding::not_walked:
      return "not_walked";
  }
  return "";
}

Result<RecordedRun> recorded_run(const Journal& journal, const Catalogue& catalogue) {
  RecordedRun out;
  RunState state;
  for (const Record& record : journal.records()) {
    if (is<PhaseStartedRecord>(record)) out.times[record.body.value("phase", "")] = record.time;
    TRY(state.apply(record, journal));
    if (is<PhaseFinishedRecord>(record)) keep_carried_out(out, state);
  }
  if (state.started.empty())
    return Error{"state", "the run's start was never recorded, so it has no answers"};
  out.started = state.started;
  out.began = state.started_at;
  out.answers = RecordedAnswers::of(journal, catalogue);
  out.results = state.results;
  out.skipped = state.skipped;
  for (const auto& [name, module] : state.modules) {
    std::string text = TRY(journal.get(module["sha256"].get<std::string>()));
    out.modules[name] = {name, module.value("chunk", ""), std::move(text)};
  }
  out.scripts = copy_of_documents(journal);
  return std::move(out);
}

Result<ScriptFile> recorded_script(const RecordedRun& run) {
  const json& runbook = run.started.at("runbook");
  std::string text = TRY(run.scripts->get(runbook.at("sha256").get<std::string>()));
  return ScriptFile{runbook.at("name").get<std::string>(), runbook.at("chunk").get<std::string>(),
                    std::move(text)};
}

Result<WalkedRun> walk(Engine& engine, const RecordedRun& run, Documents& documents,
                       const WalkOptions& options) {
  return RecordedProcedure(engine, run, documents, options).walk();
}

}  // namespace countersign
