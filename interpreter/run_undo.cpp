// Undoing: what a phase changed is put back, by the runbook's `undo` or by the inverse of each of
// its operations. Signed with the request, or planned and decided on after the failure.
#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/phase_execution.h"
#include "interpreter/run.h"

namespace countersign {
namespace {

const std::string kSuffix = "_undo";

// The phase that `name` undoes; empty where it is a phase of the procedure.
std::string undone_by(const std::string& name) {
  if (name.size() <= kSuffix.size() ||
      name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) != 0)
    return "";
  return name.substr(0, name.size() - kSuffix.size());
}

json entry_of(const RunState& state, const std::string& phase) {
  for (const json& entry : state.head()["procedure"])
    if (entry["name"] == phase) return entry;
  return json::object();
}

json inverse_of(const Engine& engine, const AppliedOperation& one) {
  const Row* row = engine.catalogue.find(one.operation);
  if (!row || !row->inverse || !one.before) return nullptr;
  return row->inverse(one.arguments, *one.before);
}

constexpr std::size_t kMostPaths = 8;

// Where the account is not as it was before the phases that were undone, at the end of the last
// undoing: what undoing them did not bring back, or somebody else's. Empty where it is as it was.
Result<std::string> not_back(const RunState& state, const Documents& documents,
                             const std::vector<std::string>& volatile_fields) {
  const json& phases = state.undoing["phases"];
  if (phases.empty()) return std::string();
  const std::string last = phases.back().get<std::string>();
  const auto side = [&](const std::string& phase, const char* key) -> Result<json> {
    const auto bracket = state.brackets.find(phase);
    if (bracket == state.brackets.end() || !bracket->second.contains(key)) return json();
    if (bracket->second.contains("first") && std::string(key) == "before") key = "first";
    const std::string text = TRY(documents.get(bracket->second[key].get<std::string>()));
    return without(json::parse(text), volatile_fields);
  };
  const json before = TRY(side(undone_by(last), "before"));
  const json after = TRY(side(last, "after"));
  if (before.is_null() || after.is_null()) return std::string();
  std::string paths;
  std::size_t n = 0;
  const json differing = difference(before, after);
  for (const json& one : differing)
    if (++n <= kMostPaths) paths += (paths.empty() ? "" : ", ") + one["path"].get<std::string>();
  if (n > kMostPaths) paths += " and " + std::to_string(n - kMostPaths) + " more";
  return paths;
}

}  // namespace

PhaseResult Run::walk_phase(PhaseExecution& walk, const ScriptFile& file, const std::string& name,
                            const json& view) {
  const std::string undone = undone_by(name);
  if (!undone.empty() && !entry_of(state(), undone).value("has_undo", false))
    return walk_inverses(walk, undone, name);
  const json task = {{"kind", "phase"},
                     {"phase", undone.empty() ? name : undone},
                     {"part", undone.empty() ? "body" : "undo"},
                     {"run", view}};
  return walk.run(file, task, name);
}

// No script is needed: the last operation is put back first.
PhaseResult Run::walk_inverses(PhaseExecution& walk, const std::string& phase,
                               const std::string& name) {
  // By the plan where undoing was signed with it, planned and applied alike; else by what was done.
  const Plan* plan = walk.standing().draft ? walk.standing().draft
                     : state().plan        ? &*state().plan
                                           : nullptr;
  std::vector<AppliedOperation> done;
  // What was done of the phase under an earlier plan is put back with the rest of it.
  for (const AppliedOperation& one : state().confirmed)
    if (one.phase == phase && !(plan && plan->intent(one.n))) done.push_back(one);
  if (plan && plan->phase(phase))
    for (const Intent* intent : intents_of(*plan->phase(phase)))
      done.push_back(
          {intent->n, intent->operation, phase, intent->where, intent->arguments, intent->before});
  PhaseResult ending;
  for (auto one = done.rbegin(); one != done.rend(); ++one) {
    const json inverse = inverse_of(engine_, *one);
    if (inverse.is_null()) continue;
    const HostCall call{name + "/inverse." + std::to_string(one->n),
                        inverse["operation"].get<std::string>(), one->where, inverse["arguments"]};
    const CallOutcome served = walk.serve(call);
    if (served.final) {
      ending.error = *served.final;
      return ending;
    }
    if (served.reply && !*served.reply) {
      ending.error = served.reply->error();
      return ending;
    }
  }
  ending.kind = PhaseResult::finished;
  return ending;
}

Result<PlannedPhase> Run::plan_undo_of(const std::string& phase, Plan& plan,
                                       const PhaseContext& where, int first) {
  const ScriptFile file = TRY(script());
  const json entry = entry_of(state(), phase);
  PlannedPhase undo;
  undo.name = phase + kSuffix;
  undo.kind = PhaseKind::mutate;
  undo.title = "Undo: " + (entry.contains("title") && entry["title"].is_string()
                               ? entry["title"].get<std::string>()
                               : phase);
  undo.undoes = phase;
  const std::vector<std::string> holes = holes_of(state(), plan, phase);
  const json view = TRY(run_view(*ledger_, &plan, &holes));
  PhaseContext standing = where;
  standing.phase = undo.name;
  plan.phases.push_back(undo);  // rails see its intents there
  PhaseExecution walk(engine_, session_.get(), *ledger_, standing, folder());
  walk.first = first;
  walk.planned = undo;
  walk.in_plan = &plan.phases.back();
  PhaseResult ending = walk_phase(walk, file, undo.name, view);
  plan.phases.pop_back();
  if (ending.kind == PhaseResult::finished) {
    walk.planned.value = ending.value;
    return walk.planned;
  }
  if (ending.kind == PhaseResult::failed) return ending.error;
  return Error{
      "script",
      "what undoes \"" + phase + "\" cannot be planned: it " +
          (ending.kind == PhaseResult::skipped ? "is skipped" : "depends on run." + ending.what)};
}

// What would undo all that the run's phases changed, the last first, and what that leaves as it is.
UndoRecord Run::put_back(const RunState& of) const {
  UndoRecord undo;
  const json& procedure = of.head()["procedure"];
  for (auto entry = procedure.rbegin(); entry != procedure.rend(); ++entry) {
    const std::string name = (*entry)["name"].get<std::string>();
    const bool changed =
        std::any_of(of.confirmed.begin(), of.confirmed.end(),
                    [&](const AppliedOperation& one) { return one.phase == name; });
    if (of.phases.count(name) == 0 || !changed) continue;
    const bool whole = entry->value("has_undo", false);
    std::vector<std::string> stays;
    for (const AppliedOperation& one : of.confirmed) {
      if (whole || one.phase != name || !inverse_of(engine_, one).is_null()) continue;
      const Row* row = engine_.catalogue.find(one.operation);
      stays.push_back(one.operation + " (operation " + std::to_string(one.n) + ")" +
                      (row && !row->irreversible.empty() ? ": " + row->irreversible : ""));
    }
    // A phase is put back as a whole or not at all.
    if (whole || stays.empty())
      undo.phases.push_back(name + kSuffix);
    else
      undo.stays.insert(undo.stays.end(), stays.begin(), stays.end());
  }
  return undo;
}

Result<bool> Run::begin_undo(const Error& error, const std::string& failed) {
  if (!state().undoing.is_null()) return false;
  // A script that breaks while it looks at what was changed proves it no more than a failed check;
  // the run keeps its script, so looking again would end the same way. A provider that does not
  // answer may answer later.
  const bool broken = error.kind == "script" || error.kind == "argument" || error.kind == "limit";
  if (failed.empty() && !broken) return false;
  const auto changed = [&](const std::string& phase) {
    for (const AppliedOperation& one : state().confirmed)
      if (one.phase == phase) return true;
    return false;
  };
  UndoRecord undo{.is_signed = true, .error = error};
  if (state().plan && state().consumed)
    for (const PlannedPhase& one : state().plan->undo)
      if (one.check == failed && state().phases.count(one.undoes) != 0 && changed(one.undoes))
        undo.phases.push_back(one.name);
  if (undo.phases.empty()) {
    undo = put_back(state());
    undo.error = error;
  }
  if (undo.phases.empty()) return false;
  if (!undo.is_signed && state().plan) TRY(ledger_->add(PlanVoidedRecord{error.message}));
  TRY(ledger_->add(undo));
  TRY(ledger_->sync());
  return true;
}

Status Run::plan_undo() {
  Plan plan;
  Overlay overlay;
  PhaseContext where = standing(Stage::plan, "");
  where.draft = &plan;
  where.overlay = &overlay;
  int next = state().last_n + 1;
  for (const json& name : state().undoing["phases"]) {
    if (state().phases.count(name.get<std::string>()) != 0) continue;
    PlannedPhase undo = TRY(plan_undo_of(undone_by(name.get<std::string>()), plan, where, next));
    undo.not_after = ledger_->now() + engine_.decide_seconds + engine_.slack_seconds;
    next += static_cast<int>(intents_of(undo).size());
    plan.phases.push_back(std::move(undo));
  }
  return keep_plan(plan);
}

// What undoes without a decision of its own was signed for the failure that happened.
Status Run::signed_undo(const json& undoing) const {
  for (const json& name : undoing["phases"]) {
    const PlannedPhase* planned = nullptr;
    if (state().plan)
      for (const PlannedPhase& one : state().plan->undo)
        if (one.name == name) planned = &one;
    if (!planned)
      return Error{"refused", "the undoing " + name.dump() + " is not part of what was signed",
                   "the run's file was changed; restore it"};
    const auto attested = state().attestations.find(planned->check);
    const bool failed =
        (attested != state().attestations.end() && attested->second.verdict == "fail") ||
        std::any_of(state().checks.begin(), state().checks.end(), [&](const json& check) {
          return check.value("title", "") == planned->check && !check.value("ok", true);
        });
    if (!failed)
      return Error{"refused",
                   "the undoing " + name.dump() + " was signed for the case that \"" +
                       planned->check + "\" fails, and it has not failed",
                   "the run's file was changed; restore it"};
  }
  return Done{};
}

// What another run changed, undone, is done. After a failed check the run ends as failed, with what
// was put back and what was not.
Status Run::go_undo(bool& stopped) {
  const json undoing = state().undoing;
  if (undoing.value("signed", false))
    if (const Status may = signed_undo(undoing); !may) return may;
  std::string undone, stays;
  for (const json& name : undoing["phases"]) {
    const std::string phase = name.get<std::string>();
    undone += (undone.empty() ? "\"" : ", \"") + undone_by(phase) + "\"";
    if (state().phases.count(phase) != 0) continue;
    if (const Status done = run_mutate({{"name", phase}, {"phase", "mutate"}}, stopped); !done)
      return done;
    if (stopped) return Done{};
  }
  for (const json& one : undoing["stays"])
    stays += (stays.empty() ? "; what stays as it is: " : ", ") + one.get<std::string>();
  const std::string left = TRY(not_back(state(), journal(), session_->volatile_fields()));
  if (!left.empty()) stays += "; not as it was before: " + left;
  if (undoes_another(state())) return rest(RunStatus::done);
  Error error = error_from_json(undoing["error"]);
  error.message += "; what " + undone + " changed was undone" + stays;
  error.hint = "find out why, then start a new run";
  return fail(error);
}

}  // namespace countersign
